import { clubAnalysisById, clubAnalysisPage } from '../../../src/queries/club.ts';
import { storedClubAnalysis } from '../../support/club.ts';
import { club, other } from '../../support/settle-world.ts';
import { queryCase, type DomainCases } from '../case.ts';

/** What was read of clubs. */
export const clubCases: DomainCases = {
  queries: [
    queryCase(clubAnalysisById, async ({ all }) =>
      (await all('club_analyses', 'id')).flatMap((analysisId) =>
        [club, other].map((guildId) => ({ guildId, analysisId })),
      ),
    ),
    queryCase(clubAnalysisPage, () =>
      [club, other].map((guildId) => ({ guildId, limit: 50, cursor: undefined })),
    ),
  ],
  mutations: {
    'club.analysis.delete': async ({ core, as }) => {
      const caller = await as('club');
      await storedClubAnalysis(core, caller);
      const analysisId = await storedClubAnalysis(core, caller);
      return () => core.services.clubAnalyses.delete(caller, { guildId: club, analysisId });
    },
  },
};

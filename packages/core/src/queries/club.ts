import { cacheKeys, canonicalParameters } from '@slimy/cache';
import type { ClubAnalysis, ClubAnalysisRow, Page } from '@slimy/db';
import { cachedQuery } from './cached-query.js';

interface AnalysisOfGuild {
  readonly guildId: string;
  readonly analysisId: string;
}

/** A club's analysis with its images and metrics; null when the guild has none of this id. */
export const clubAnalysisById = cachedQuery({
  name: 'club.analysis',
  key: ({ guildId, analysisId }: AnalysisOfGuild) =>
    `${cacheKeys.guild(guildId, 'analyses')}:id:${analysisId}`,
  consistency: 'confirmed',
  times: { ttl: 600, stale: 1200 },
  version: 1,
  load: (repositories, { guildId, analysisId }): Promise<ClubAnalysis | null> =>
    repositories.guild(guildId).clubAnalyses.byId(analysisId),
});

interface AnalysisPageRequest {
  readonly guildId: string;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A page of a club's analyses, newest first. */
export const clubAnalysisPage = cachedQuery({
  name: 'club.analyses',
  key: ({ guildId, ...rest }: AnalysisPageRequest) =>
    `${cacheKeys.guild(guildId, 'analyses')}:page:${canonicalParameters(rest)}`,
  consistency: 'confirmed',
  version: 1,
  load: (repositories, { guildId, ...request }): Promise<Page<ClubAnalysisRow>> =>
    repositories.guild(guildId).clubAnalyses.page(request),
});

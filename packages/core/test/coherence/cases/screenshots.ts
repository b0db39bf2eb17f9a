import { parsed } from '../../support/calls.ts';
import { storedScreenshot } from '../../support/screenshots.ts';
import type { DomainCases } from '../case.ts';

/** People's own screenshots; read by their owner alone and never cached. */
export const screenshotCases: DomainCases = {
  queries: [],
  mutations: {
    'screenshot.delete': async ({ core, as }) => {
      const caller = await as('member');
      const analysisId = await storedScreenshot(core, caller);
      return () => core.services.screenshots.delete(caller, { analysisId });
    },
    'screenshot.compare': async ({ core, as }) => {
      const caller = await as('member');
      const analysisId1 = await storedScreenshot(core, caller);
      const analysisId2 = await storedScreenshot(core, caller);
      const input = parsed('screenshot.compare', { analysisId1, analysisId2 });
      return () => core.services.screenshots.compare(caller, input);
    },
  },
};

import { parsed } from '../../support/calls.ts';
import type { DomainCases } from '../case.ts';

const picture = { purpose: 'snail-analyze', bytes: 10 };

/** Files that people send. */
export const uploadCases: DomainCases = {
  queries: [],
  mutations: {
    'upload.create': async ({ core, as }) => {
      const caller = await as('member');
      return () => core.services.uploads.create(caller, parsed('upload.create', picture));
    },
    'upload.delete': async ({ core, as }) => {
      const caller = await as('member');
      const { uploadId } = await core.services.uploads.create(caller, parsed('upload.create', picture));
      return () => core.services.uploads.delete(caller, { uploadId });
    },
  },
};

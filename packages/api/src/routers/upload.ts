import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** Files that people send. */
export const uploadRouter = {
  create: procedure(
    'upload.create',
    { rate: 'upload', rule: rule.resolver('useUploads'), audit: 'upload.create' },
    ({ services, caller, input }) => services.uploads.create(caller, input),
  ),
  byId: procedure(
    'upload.byId',
    { rate: 'read', rule: rule.resolver('useUploads') },
    ({ services, caller, input }) => services.uploads.byId(caller, input),
  ),
  delete: procedure(
    'upload.delete',
    { rate: 'write', rule: rule.resolver('useUploads'), audit: 'upload.delete' },
    ({ services, caller, input }) => services.uploads.delete(caller, input),
  ),
};

import type { OwnedUploads } from '@slimy/db';
import { AppError } from '../errors.js';

/**
 * Keeps the files that an analysis uses, in the transaction that stores it; null stands for a picture that is no upload.
 * @throws AppError `not_found` when one of them is not a stored file of the owner
 */
export async function keepUsed(
  uploads: OwnedUploads,
  uploadIds: readonly (string | null)[],
  now: Date,
): Promise<void> {
  const ids = uploadIds.filter((id) => id !== null);
  if (ids.length === 0 || (await uploads.keep(ids, now))) return;
  throw new AppError('not_found', 'A picture of the reading is no stored file of whom the analysis is for.', {
    remedy: 'Send the picture first, by upload.create.',
  });
}

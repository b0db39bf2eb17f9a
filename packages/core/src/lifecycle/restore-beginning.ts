import type { ArchiveRow } from '@slimy/db';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { WritePath } from '../write/write-path.js';
import { requireIntact } from './archive-file.js';
import type { HeldLease } from './lease.js';

/** Who asked for an archive to be brought back, and the lease under which it is: nobody is erased meanwhile. */
export interface RestoreRequest {
  readonly caller: Caller;
  readonly lease: HeldLease;
}

/**
 * Moves an archive to `restoring` once its file is known to be whole, with the record of who asked for it: from then
 * on rows come back, also where the process dies half-way.
 * @throws AppError `already_exists` for an archive that is still being made, `changed_meanwhile` when the lease was lost,
 * `internal` for a file that was changed
 */
export async function beginRestore(
  writes: WritePath,
  { caller, lease }: RestoreRequest,
  { archive, file }: { readonly archive: ArchiveRow; readonly file: string },
): Promise<void> {
  const { id, kind, rowCount, state } = archive;
  if (!['done', 'restoring', 'restored'].includes(state)) {
    throw new AppError('already_exists', `The archive is in the state "${state}".`, {
      remedy: 'Run the retention of its kind first: it finishes what was begun.',
    });
  }
  await requireIntact(file, archive.contentHash);
  await writes.change(caller, [], async (change) => {
    await lease.confirm(change.transaction);
    await change.repositories.archives.move(id, state, { state: 'restoring' });
    const details = { kind, rows: Number(rowCount) };
    change.audit({ action: 'archive.restore', resourceType: 'archive', resourceId: id, details });
  });
}

import { randomId, type UploadRow } from '@slimy/db';
import type { FileStore } from './file-store.js';
import type { UploadVariant } from './addresses.js';

/** The names of an upload's files in the storage: they follow from the generated one, so none is ever lost. */
export function fileNames({
  storageKey,
}: Pick<UploadRow, 'storageKey'>): Readonly<Record<UploadVariant, string>> {
  return {
    original: storageKey,
    preview: `${storageKey}.preview.webp`,
    thumbnail: `${storageKey}.thumbnail.webp`,
  };
}

/** What stands between the name that came with the ticket and the part of whoever sends the file. */
const CLAIM = '.';

/** A name that one sender alone writes to: two of them at once must not mix their files. */
export function claimedKey(storageKey: string): string {
  const [ticket = storageKey] = storageKey.split(CLAIM);
  return `${ticket}${CLAIM}${randomId()}`;
}

/** Whether somebody has begun to send the file under this name. */
export function isClaimed(storageKey: string): boolean {
  return storageKey.includes(CLAIM);
}

/** Deletes all files of an upload; those that were never written count as deleted. */
export async function deleteFiles(store: FileStore, upload: Pick<UploadRow, 'storageKey'>): Promise<void> {
  for (const name of Object.values(fileNames(upload))) await store.delete(name);
}

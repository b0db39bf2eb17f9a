import type { UploadRow } from '@slimy/db';
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

/** Deletes all files of an upload; those that were never written count as deleted. */
export async function deleteFiles(store: FileStore, upload: Pick<UploadRow, 'storageKey'>): Promise<void> {
  for (const name of Object.values(fileNames(upload))) await store.delete(name);
}

import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Secrets } from '@slimy/config';
import { z } from 'zod';
import { AppError } from '../errors.js';
import { openFile, synced, writeFailure, type OpenFile } from '../lifecycle/archive-file.js';

const MANIFEST = 'manifest.json';
const FORMAT = 'slimy.backup.1';

/** A place below DATA_DIR in a folder that backups hold, and nowhere else: a manifest may come from anywhere. */
const placeBelow = z
  .string()
  .regex(/^(?:uploads|archives)\/[^\\\0]+$/)
  .refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'));

const manifest = z.object({
  format: z.literal(FORMAT),
  createdAt: z.string(),
  engine: z.enum(['mysql', 'sqlite']),
  /** The migrations of the database, in order. */
  migrations: z.array(z.string()),
  /** Of the keys, which are not in the backup. */
  keyFingerprint: z.string(),
  tables: z.array(
    z.object({
      table: z.string().regex(/^[a-z_]{1,64}$/),
      file: z.string().regex(/^tables\/[a-z_]{1,64}\.jsonl\.gz$/),
      /** As counted inside the snapshot. */
      rowCount: z.int(),
      bytes: z.int(),
      sha256: z.string(),
      /** Of the rows in the order of their keys: the same on either engine. */
      rowsSha256: z.string(),
    }),
  ),
  /** Archives with their place below DATA_DIR, and uploads by their name in whichever storage has them. */
  files: z.array(
    z.object({ path: placeBelow, bytes: z.int(), sha256: z.string(), contentType: z.string().optional() }),
  ),
  /** Files that the rows name and that were lost before: nothing of them is in the backup. */
  missing: z.array(placeBelow).default([]),
});
export type BackupManifest = z.infer<typeof manifest>;
export const backupFormat = FORMAT;

/** Names the keys of an installation without telling them: what they made can be read with the same ones only. */
export function keyFingerprint({ auditKey, encryptionKeys }: Secrets): string {
  const hash = createHmac('sha256', auditKey).update('slimy.keys');
  for (const { id, key } of encryptionKeys) hash.update(`\n${id}:`).update(key);
  return hash.digest('hex').slice(0, 32);
}

/** Reads what a backup says of itself. @throws AppError for a folder that is none */
export async function readManifest(folder: string): Promise<BackupManifest> {
  try {
    return manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch (cause) {
    throw new AppError('not_found', `${folder} is no backup, or one that was not finished.`, {
      remedy: `Name the folder that "slimy backup" gave; ${MANIFEST} is in it once it is whole.`,
      cause,
    });
  }
}

/**
 * Writes the manifest that makes a folder a backup.
 * @throws AppError `not_configured` when the disk is full
 */
export async function writeManifest(
  folder: string,
  content: BackupManifest,
  sink: OpenFile = openFile,
): Promise<void> {
  const file = join(folder, MANIFEST);
  try {
    await pipeline(Readable.from([JSON.stringify(content, null, 2)]), sink(file));
    await synced(file);
  } catch (error) {
    throw writeFailure(file, error);
  }
}

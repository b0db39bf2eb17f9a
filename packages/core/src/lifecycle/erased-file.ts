import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isErrno } from '../errno.js';
import { AppError } from '../errors.js';

const personLine = z.object({ discordIdHash: z.string(), userIdHash: z.string(), erasedAt: z.string() });
const guildLine = z.object({ guildHash: z.string(), erasedAt: z.string() });
const line = z.union([personLine, guildLine]);

/** An erased person as the file beside the database keeps them: by HMACs alone. */
export type ErasedLine = z.infer<typeof personLine>;
/** A person, or a guild as it was connected then. */
type AnyLine = z.infer<typeof line>;

/** Where a data folder keeps the list that outlives its database: a backup that is older than an erasure needs it. */
export function erasedFileOf(dataDir: string): string {
  return join(dataDir, 'erased-people.jsonl');
}

/** Adds somebody, or a guild, whose erasure is committed; again is harmless. */
export async function noteErased(file: string, erased: AnyLine): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `\n${JSON.stringify(erased)}\n`, { mode: 0o600, flush: true });
}

/** The entry of a line; null for an empty one and for one cut short by a kill, which is added again. */
function entryOf(text: string): AnyLine | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The entries of such a file.
 * @throws AppError `not_found` where there is no file: that is not the same as nobody
 */
async function entriesOf(file: string): Promise<AnyLine[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new AppError('not_found', `There is no list of erased people at ${file}.`, {
      remedy:
        'Name the file erased-people.jsonl of the DATA_DIR that was backed up with --erased, or say --no-erased if nobody was erased since the backup.',
      cause: error,
    });
  });
  return text.split('\n').flatMap((one) => entryOf(one) ?? []);
}

/** The people of such a file by the HMAC of their row's id. @throws AppError `not_found` as `entriesOf` does */
export async function readErased(file: string): Promise<ReadonlyMap<string, ErasedLine>> {
  const entries = await entriesOf(file);
  return new Map(entries.flatMap((one) => ('userIdHash' in one ? [[one.userIdHash, one] as const] : [])));
}

/** The guilds of such a file by their HMACs. @throws AppError `not_found` as `entriesOf` does */
export async function readErasedGuilds(file: string): Promise<ReadonlySet<string>> {
  const entries = await entriesOf(file);
  return new Set(entries.flatMap((one) => ('guildHash' in one ? [one.guildHash] : [])));
}

/** Adds to a file what another one names and it does not yet. */
export async function takeOver(file: string, from: string): Promise<void> {
  const keyOf = (one: AnyLine) => ('guildHash' in one ? one.guildHash : one.userIdHash);
  const known = await entriesOf(file).catch((error: unknown) => {
    if (error instanceof AppError) return [];
    throw error;
  });
  const keys = new Set(known.map(keyOf));
  for (const one of await entriesOf(from)) if (!keys.has(keyOf(one))) await noteErased(file, one);
}

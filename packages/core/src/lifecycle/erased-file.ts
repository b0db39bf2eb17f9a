import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isErrno } from '../errno.js';
import { AppError } from '../errors.js';

const line = z.object({ discordIdHash: z.string(), userIdHash: z.string(), erasedAt: z.string() });

/** An erased person as the file beside the database keeps them: by HMACs alone. */
export type ErasedLine = z.infer<typeof line>;

/** Where a data folder keeps the list that outlives its database: a backup that is older than an erasure needs it. */
export function erasedFileOf(dataDir: string): string {
  return join(dataDir, 'erased-people.jsonl');
}

/** Adds somebody whose erasure is committed; again is harmless. */
export async function noteErased(file: string, person: ErasedLine): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `\n${JSON.stringify(person)}\n`, { mode: 0o600, flush: true });
}

/** The entry of a line; null for an empty one and for one cut short by a kill, which is added again. */
function entryOf(text: string): ErasedLine | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The people of such a file by the HMAC of their row's id.
 * @throws AppError `not_found` where there is no file: that is not the same as nobody
 */
export async function readErased(file: string): Promise<ReadonlyMap<string, ErasedLine>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new AppError('not_found', `There is no list of erased people at ${file}.`, {
      remedy:
        'Name the file erased-people.jsonl of the DATA_DIR that was backed up with --erased, or say --no-erased if nobody was erased since the backup.',
      cause: error,
    });
  });
  const people = text.split('\n').flatMap((one) => entryOf(one) ?? []);
  return new Map(people.map((person) => [person.userIdHash, person]));
}

/** Adds those people whom a file does not name yet. */
export async function takeOver(file: string, people: ReadonlyMap<string, ErasedLine>): Promise<void> {
  const known = await readErased(file).catch((error: unknown) => {
    if (error instanceof AppError) return new Map<string, ErasedLine>();
    throw error;
  });
  for (const [userIdHash, person] of people) if (!known.has(userIdHash)) await noteErased(file, person);
}

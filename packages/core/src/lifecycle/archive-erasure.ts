import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  repositories,
  withoutMentions,
  type ArchiveRow,
  type Database,
  type MentionedId,
  type PlainRow,
} from '@slimy/db';
import { AUDIT_KIND } from '../audit/archive.js';
import type { Clock } from '../clock.js';
import { isErrno } from '../errno.js';
import { readRowFile, writeRowFile, type OpenFile } from './archive-file.js';
import { nextFileName, removeStrays } from './archive-folder.js';
import { isPlainRow } from './row-values.js';

interface ArchiveErasureParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly openFile?: OpenFile | undefined;
}

/** Who is taken out. */
export type ArchivedSubject =
  | {
      readonly userId: string;
      /** What others may mention them by. */
      readonly ids: readonly MentionedId[];
    }
  | {
      readonly guildId: string;
      /** Those made later are left alone: they hold rows of the same guild, connected again. */
      readonly madeBefore?: Date | undefined;
      /** Whether archives of the audit trail are left as they are. */
      readonly trailStays?: boolean;
    };

/** What becomes of a row of a file: another one, itself, or null where it goes. */
type Rewrite = (row: PlainRow) => PlainRow | null;

/** Somebody's own rows go; what others wrote stays, without the ids of a person. */
function withoutRows(subject: ArchivedSubject, table: string): Rewrite {
  if ('guildId' in subject) return (row) => (row['guild_id'] === subject.guildId ? null : row);
  return (row) => (row['user_id'] === subject.userId ? null : withoutMentions(table, row, subject.ids));
}

/** Records of the audit trail stay as they were sealed, as in the database: what goes is the personal part. */
function withoutPersonalParts(subject: ArchivedSubject): Rewrite {
  const isTheirs =
    'guildId' in subject
      ? (row: PlainRow) => row['guild_id'] === subject.guildId
      : ({ personal = null }: PlainRow) => {
          const said = JSON.stringify(personal);
          return subject.ids.some(({ id }) => said.includes(id));
        };
  return (row) => (isPlainRow(row['personal']) && isTheirs(row) ? { ...row, personal: null } : row);
}

/** What becomes of the rows of an archive's file, which names its table. */
function rewriteOf({ kind }: ArchiveRow, subject: ArchivedSubject): (table: string) => Rewrite {
  return kind === AUDIT_KIND ? () => withoutPersonalParts(subject) : (table) => withoutRows(subject, table);
}

/** Takes people and guilds out of archives: files that hold something of theirs are written anew. */
export class ArchiveErasure {
  readonly #parts: ArchiveErasureParts;

  constructor(parts: ArchiveErasureParts) {
    this.#parts = parts;
  }

  #file(fileName: string): string {
    return join(this.#parts.dataDir, 'archives', fileName);
  }

  /**
   * Takes somebody out of every archive. False when one is being written, which may have read them already, or when it
   * was stopped by the signal: it is to be tried again. A file that was lost holds nobody.
   */
  async erase(subject: ArchivedSubject, signal?: AbortSignal): Promise<boolean> {
    const { archives } = repositories(this.#parts.database);
    const states = ['writing', 'written', 'deleting', 'done', 'restoring', 'restored'] as const;
    const { madeBefore = null, trailStays = false } = 'guildId' in subject ? subject : {};
    const all = (await archives.inStates(states, 100_000)).filter(
      ({ createdAt, kind }) =>
        (madeBefore === null || createdAt < madeBefore) && !(trailStays && kind === AUDIT_KIND),
    );
    for (const archive of all.filter(({ state }) => state !== 'writing')) {
      if (signal?.aborted) return false;
      const rewrite = rewriteOf(archive, subject);
      // Again from what another erasure has made of it meanwhile, so that neither brings back whom the other took out.
      for (let current: ArchiveRow | null = archive; current;) {
        if (await this.#eraseFrom(current, rewrite)) break;
        current = await archives.byId(archive.id);
      }
    }
    await removeStrays(this.#parts);
    return all.every(({ state }) => state !== 'writing');
  }

  /** False when the archive's file became another one meanwhile: nothing was changed then. */
  async #eraseFrom(archive: ArchiveRow, rewrite: (table: string) => Rewrite): Promise<boolean> {
    try {
      return await this.#rewritten(archive, rewrite);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
      // Whoever was first to name a new file has removed the old one, and what others were writing in its stead; one
      // that still has its name is lost.
      const current = await repositories(this.#parts.database).archives.byId(archive.id);
      return current === null || current.fileName === archive.fileName;
    }
  }

  async #rewritten(archive: ArchiveRow, rewriteIn: (table: string) => Rewrite): Promise<boolean> {
    const { clock, database, openFile } = this.#parts;
    const file = this.#file(archive.fileName);
    let found = false;
    const { header, batches } = await readRowFile(file);
    const rewrite = rewriteIn(header.table);
    for await (const rows of batches) found ||= rows.some((row) => rewrite(row) !== row);
    if (!found) return true;
    async function* others(): AsyncGenerator<PlainRow[]> {
      for await (const rows of (await readRowFile(file)).batches)
        yield rows.map(rewrite).filter((row) => row !== null);
    }
    const fileName = nextFileName(archive);
    const target = this.#file(fileName);
    const written = await writeRowFile(target, header, others(), { now: clock.now(), sink: openFile });
    // First the name in the list, then the old file: a kill in between leaves a file that is left behind.
    const replaced = await repositories(database).archives.replaceFile(archive, {
      fileName,
      rowCount: BigInt(written.rowCount),
      bytes: BigInt(written.bytes),
      contentHash: written.sha256,
    });
    await rm(replaced ? file : target, { force: true });
    return replaced;
  }
}

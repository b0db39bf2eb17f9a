import { join } from 'node:path';
import {
  column,
  deleteRowsByKey,
  insertPlainRows,
  keysThatStill,
  readPlainRows,
  repositories,
  restoreCounters,
  rowsWithFreeKeys,
  timeOrderedId,
  type ArchiveRow,
  type Database,
  type PlainRow,
  type Repositories,
  type SqlExecutor,
} from '@slimy/db';
import type { Touch } from '@slimy/cache';
import type { Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import { archiveFileName, removeStrays } from './archive-folder.js';
import { readRowFile, requireIntact, writeRowFile, type OpenFile } from './archive-file.js';
import type { HeldLease } from './lease.js';
import { beginRestore, type RestoreRequest } from './restore-beginning.js';
import type { RetentionRun } from './retention-run.js';
import { textOf } from './row-values.js';
import { retentionKind, type RetentionKind } from './retention-kinds.js';

/** Rows read or deleted in one go. */
const BATCH = 500;
/** Rows in one file. */
const ROWS_A_FILE = 20_000;

interface ArchiverParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly clock: Clock;
  readonly dataDir: string;
  /** The last migration of the database. */
  readonly schemaVersion: () => Promise<string>;
  readonly openFile?: OpenFile | undefined;
}

const program: Caller = {
  actor: { kind: 'system', task: 'lifecycle.run' },
  request: { requestId: 'lifecycle.run', ipAddress: null, userAgent: null },
};

/** The condition for rows that are older than an instant. */
export function olderThan({ instant, only }: RetentionKind): string {
  return only === null ? `${instant} < ?` : `${instant} < ? AND ${only}`;
}

/** What of a guild is read anew once rows of a kind have gone or come back. */
function touchOf({ table }: RetentionKind): (guildId: string) => Touch {
  return table === 'chat_messages' ? touches.guildMessages : touches.guildMembers;
}

async function uploadsUsedBy(
  sql: SqlExecutor,
  { table, key, upload }: RetentionKind,
  keys: readonly string[],
): Promise<string[]> {
  if (upload === undefined || keys.length === 0) return [];
  const found = await sql.query(
    `SELECT ${upload} AS upload FROM ${table} WHERE ${key} IN (${keys.map(() => '?').join(', ')}) AND ${upload} IS NOT NULL`,
    keys,
    { upload: column.text },
  );
  return found.map((row) => row.upload);
}

/**
 * Moves old rows into files under `DATA_DIR/archives`: a file is written whole and noted before any of its rows is
 * deleted, and only rows that stand in it are. A process killed at any point leaves an archive that the next run goes
 * on with.
 */
export class Archiver {
  readonly #parts: ArchiverParts;
  readonly #repositories: Repositories;

  constructor(parts: ArchiverParts) {
    this.#parts = parts;
    this.#repositories = repositories(parts.database);
  }

  #file({ fileName }: Pick<ArchiveRow, 'fileName'>): string {
    return join(this.#parts.dataDir, 'archives', fileName);
  }

  /** Archives everything of a kind that is older; gives how many rows went. */
  async archive(kind: RetentionKind, before: Date, run: RetentionRun = {}): Promise<number> {
    await this.resume(kind);
    let moved = 0;
    for (;;) {
      if (run.signal?.aborted) return moved;
      const rows = await this.#archiveSome(kind, before, run);
      if (rows === 0) return moved;
      moved += rows;
    }
  }

  /** Goes on with what a killed run of the kind has left. */
  async resume(kind: RetentionKind): Promise<void> {
    const left = await this.#repositories.archives.inStates(['writing', 'written', 'deleting'], 100);
    for (const archive of left.filter((one) => one.kind === kind.kind)) {
      // A file that was not noted as whole is made anew: no row of it was deleted. It goes with the strays.
      if (archive.state === 'writing') await this.#repositories.archives.discard(archive.id);
      else await this.#deleteRows(kind, archive);
    }
    await removeStrays(this.#parts);
  }

  async #archiveSome(kind: RetentionKind, before: Date, run: RetentionRun): Promise<number> {
    const { clock, database, openFile, schemaVersion } = this.#parts;
    const [oldest] = await this.#rows(kind, before, null, 1);
    if (oldest === undefined) return 0;
    const now = clock.now();
    const id = timeOrderedId(now);
    const archive = {
      id,
      kind: kind.kind,
      fileName: archiveFileName(kind.kind, id),
      fromInstant: new Date(textOf(oldest, kind.instant)),
      beforeInstant: before,
      schemaVersion: await schemaVersion(),
      createdAt: now,
    };
    await this.#repositories.archives.insert(archive);
    const read = this.#batches(kind, before);
    try {
      const { table } = kind;
      const { rowCount, bytes, sha256 } = await writeRowFile(
        this.#file(archive),
        { table, schemaVersion: archive.schemaVersion },
        read,
        { now, sink: openFile },
      );
      const progress = { rowCount: BigInt(rowCount), bytes: BigInt(bytes), contentHash: sha256 };
      await this.#repositories.archives.move(id, 'writing', { ...progress, state: 'written' });
    } catch (error) {
      const lastError = error instanceof Error ? error.message : String(error);
      await this.#repositories.archives.move(id, 'writing', { state: 'failed', lastError, finishedAt: now });
      throw error;
    }
    const written = await repositories(database).archives.byId(id);
    if (written === null) return 0;
    await this.#deleteRows(kind, written, run);
    return Number(written.rowCount);
  }

  async #rows(
    { table, instant, key, ...kind }: RetentionKind,
    before: Date,
    after: PlainRow | null,
    limit: number,
  ): Promise<PlainRow[]> {
    const older = olderThan({ table, instant, key, ...kind });
    const place = after === null ? [] : [new Date(textOf(after, instant)), textOf(after, key)];
    const [at, id] = place;
    return readPlainRows(this.#parts.database.sql, table, {
      where: after === null ? older : `(${older}) AND (${instant} > ? OR (${instant} = ? AND ${key} > ?))`,
      parameters: at === undefined || id === undefined ? [before] : [before, at, at, id],
      orderBy: `${instant}, ${key}`,
      limit,
    });
  }

  async *#batches(kind: RetentionKind, before: Date): AsyncGenerator<PlainRow[]> {
    let count = 0;
    for (let after: PlainRow | null = null; count < ROWS_A_FILE;) {
      const rows: PlainRow[] = await this.#rows(kind, before, after, BATCH);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      count += rows.length;
      if (rows.length < BATCH) return;
      after = last;
    }
  }

  /** Deletes the rows that stand in the file, and no others. */
  async #deleteRows(kind: RetentionKind, archive: ArchiveRow, { took }: RetentionRun = {}): Promise<void> {
    const { archives } = this.#repositories;
    const file = this.#file(archive);
    await requireIntact(file, archive.contentHash);
    await archives.move(archive.id, 'written', { state: 'deleting' });
    const { batches } = await readRowFile(file);
    for await (const rows of batches) {
      const keys = rows.map((row) => textOf(row, kind.key));
      const deleted = await this.delete(kind, keys);
      const now = await archives.byId(archive.id);
      const deletedCount = (now?.deletedCount ?? 0n) + BigInt(deleted);
      await archives.move(archive.id, 'deleting', { deletedCount, deletedKey: keys.at(-1) ?? null });
      took?.(deleted);
    }
    await archives.move(archive.id, 'deleting', { state: 'done', finishedAt: this.#parts.clock.now() });
  }

  /**
   * Deletes rows of a kind by their keys, counters in step, uploads released; gives how many there were. With `before`
   * only those that are older still: a membership may have become active again.
   */
  async delete(kind: RetentionKind, named: readonly string[], before?: Date): Promise<number> {
    return this.#parts.writes.change(program, [], async (change) => {
      const { sql } = change.transaction;
      const keys =
        before === undefined ? named : await keysThatStill(sql, kind.table, named, olderThan(kind), [before]);
      const uploadIds = await uploadsUsedBy(sql, kind, keys);
      const { rows, guildIds } = await deleteRowsByKey(sql, kind.table, keys);
      await change.repositories.uploads.release(uploadIds, change.now);
      change.touch(...guildIds.map(touchOf(kind)));
      return rows;
    });
  }

  /** Deletes everything of a kind that is older, without a file; gives how many rows went. */
  async deleteOld(kind: RetentionKind, before: Date, { signal, took }: RetentionRun = {}): Promise<number> {
    for (let deleted = 0; ;) {
      const rows = await this.#rows(kind, before, null, BATCH);
      if (rows.length === 0 || signal?.aborted) return deleted;
      const keys = rows.map((row) => textOf(row, kind.key));
      const batch = await this.delete(kind, keys, before);
      took?.(batch);
      deleted += batch;
    }
  }

  /**
   * Brings the rows of an archive back, also of one that was made under an older schema. Left out are rows of people
   * who were erased, rows whose person, guild or conversation is gone, also where the guild was connected again since,
   * and what was told or sent again meanwhile under its own id; rows that are there already stay. Sums were made when
   * an event was told, and stay as they are.
   * @throws AppError `not_found`, `already_exists` for an archive that is still being made, `changed_meanwhile` when the
   * lease was lost
   */
  async restore(
    archiveId: string,
    request: RestoreRequest,
  ): Promise<{ readonly restored: number; readonly leftOut: number }> {
    const { archives } = this.#repositories;
    const archive = await archives.byId(archiveId);
    const kind = archive && retentionKind(archive.kind);
    if (!archive || !kind) throw new AppError('not_found', 'There is no such archive.');
    const file = this.#file(archive);
    await beginRestore(this.#parts.writes, request, { archive, file });
    const { batches } = await readRowFile(file);
    let restored = 0;
    let leftOut = 0;
    for await (const rows of batches) {
      const stored = await this.#restoreSome(kind, rows, { madeAt: archive.createdAt, lease: request.lease });
      restored += stored;
      leftOut += rows.length - stored;
    }
    await archives.move(archiveId, 'restoring', { state: 'restored', finishedAt: this.#parts.clock.now() });
    return { restored, leftOut };
  }

  async #restoreSome(
    kind: RetentionKind,
    rows: readonly PlainRow[],
    { madeAt, lease }: { readonly madeAt: Date; readonly lease: HeldLease },
  ): Promise<number> {
    return this.#parts.writes.change(program, [], async (change) => {
      await lease.confirm(change.transaction);
      const { sql } = change.transaction;
      let whole = [...rows];
      for (const [column, table] of Object.entries(kind.parents)) {
        const named = [...new Set(whole.flatMap((row) => (row[column] ? [textOf(row, column)] : [])))];
        if (named.length === 0) continue;
        const marks = named.map(() => '?').join(', ');
        const where = `id IN (${marks})`;
        // A guild that was connected after the archive was made is another one under the same id.
        const found = await (table === 'guilds'
          ? readPlainRows(sql, table, {
              where: `${where} AND created_at <= ?`,
              parameters: [...named, madeAt],
            })
          : readPlainRows(sql, table, { where, parameters: named }));
        const there = new Set(found.map((row) => textOf(row, 'id')));
        whole = whole.filter((row) => !row[column] || there.has(textOf(row, column)));
      }
      const fresh = await rowsWithFreeKeys(sql, kind.table, whole);
      await insertPlainRows(sql, kind.table, fresh, { missing: kind.missing });
      const guildIds = await restoreCounters(
        sql,
        kind.table,
        fresh.map((row) => textOf(row, kind.key)),
      );
      change.touch(...guildIds.map(touchOf(kind)));
      return fresh.length;
    });
  }
}

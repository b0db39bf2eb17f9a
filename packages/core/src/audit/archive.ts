import { join } from 'node:path';
import {
  readPlainRows,
  repositories,
  timeOrderedId,
  type ArchiveRow,
  type AuditSealRow,
  type Database,
  type PlainRow,
  type Repositories,
  type SqlExecutor,
} from '@slimy/db';
import type { Clock } from '../clock.js';
import { readRowFile, requireIntact, writeRowFile, type OpenFile } from '../lifecycle/archive-file.js';
import { archiveFileName, removeStrays } from '../lifecycle/archive-folder.js';
import type { RetentionRun } from '../lifecycle/retention-run.js';
import type { RestoreRequest } from '../lifecycle/restore-beginning.js';
import { textOf } from '../lifecycle/row-values.js';
import type { WritePath } from '../write/write-path.js';
import { restoreAuditArchive } from './archive-restore.js';
import type { AuditRange, AuditRemoval } from './removal.js';
import { rowMacsBySequence } from './seal-macs.js';

/** Seals in one file: some twenty thousand records. */
const SEALS_A_FILE = 20;
const ROWS_AT_ONCE = 500;

/** The retention kind whose archives these are; their rows are those of `audit_logs`, with the personal part of each. */
export const AUDIT_KIND = 'audit';
const TABLE = 'audit_logs';

interface AuditArchiveParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly clock: Clock;
  readonly removal: AuditRemoval;
  readonly auditKey: string;
  readonly dataDir: string;
  /** The last migration of the database. */
  readonly schemaVersion: () => Promise<string>;
  readonly openFile?: OpenFile | undefined;
}

/** Records of a range in their order, each with its personal part while there is one. */
async function* recordsOf(sql: SqlExecutor, { fromSequence, toSequence }: AuditSealRow) {
  for (let next = fromSequence; ;) {
    const rows = await readPlainRows(sql, TABLE, {
      where: 'sequence BETWEEN ? AND ?',
      parameters: [next, toSequence],
      orderBy: 'sequence',
      limit: ROWS_AT_ONCE,
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    const ids = rows.map((row) => textOf(row, 'id'));
    const parts = await readPlainRows(sql, 'audit_personal', {
      where: `audit_id IN (${ids.map(() => '?').join(', ')})`,
      parameters: ids,
    });
    const byId = new Map(parts.map((part) => [part['audit_id'], part]));
    yield rows.map((row): PlainRow => ({ ...row, personal: byId.get(row['id'] ?? null) ?? null }));
    next = BigInt(textOf(last, 'sequence')) + 1n;
  }
}

/**
 * Moves sealed ranges of the audit trail into files: whole ranges, whose seals stay and name the archive, so that the
 * trail verifies all the while. A file is written whole and noted before any of its records is taken away.
 */
export class AuditArchive {
  readonly #parts: AuditArchiveParts;
  readonly #repositories: Repositories;

  constructor(parts: AuditArchiveParts) {
    this.#parts = parts;
    this.#repositories = repositories(parts.database);
  }

  #file(fileName: string): string {
    return join(this.#parts.dataDir, 'archives', fileName);
  }

  /** Archives the ranges of which every record is older than the instant, those left alone that were tampered with. */
  async archiveBefore(before: Date, { signal, took }: RetentionRun = {}): Promise<AuditRange> {
    await this.resume();
    const damaged: bigint[] = [];
    let records = 0;
    let seals: AuditSealRow[] = [];
    const archive = async (): Promise<void> => {
      const moved = await this.#archive(seals, before);
      records += moved;
      took?.(moved);
      seals = [];
    };
    for await (const { seal, rows } of this.#parts.removal.ranges(before, signal)) {
      if (rows === null) damaged.push(seal.number);
      else seals.push(seal);
      if (seals.length === SEALS_A_FILE) await archive();
    }
    if (seals.length > 0 && !(signal?.aborted ?? false)) await archive();
    return { records, oldest: null, damaged };
  }

  /** Goes on with what a killed run has left: a file that was not noted as whole is made anew. */
  async resume(): Promise<void> {
    for (const archive of await this.#repositories.archives.inStates(
      ['writing', 'written', 'deleting'],
      100,
    )) {
      if (archive.kind !== AUDIT_KIND) continue;
      if (archive.state !== 'writing') await this.#takeAway(archive);
      // Its file goes with the strays.
      else await this.#repositories.archives.discard(archive.id);
    }
    await removeStrays(this.#parts);
  }

  async #archive(seals: readonly AuditSealRow[], before: Date): Promise<number> {
    const { clock, database, openFile, schemaVersion } = this.#parts;
    const { archives } = this.#repositories;
    const now = clock.now();
    const id = timeOrderedId(now);
    const archive = {
      id,
      kind: AUDIT_KIND,
      fileName: archiveFileName(AUDIT_KIND, id),
      fromInstant: null,
      beforeInstant: before,
      schemaVersion: await schemaVersion(),
      createdAt: now,
    };
    await archives.insert(archive);
    async function* rows(): AsyncGenerator<PlainRow[]> {
      for (const seal of seals) yield* recordsOf(database.sql, seal);
    }
    const place = { table: TABLE, schemaVersion: archive.schemaVersion };
    const file = this.#file(archive.fileName);
    try {
      const { rowCount, bytes, sha256 } = await writeRowFile(file, place, rows(), { now, sink: openFile });
      await archives.move(id, 'writing', {
        state: 'written',
        rowCount: BigInt(rowCount),
        bytes: BigInt(bytes),
        contentHash: sha256,
        firstKey: String(seals[0]?.number ?? ''),
        lastKey: String(seals.at(-1)?.number ?? ''),
      });
    } catch (error) {
      const lastError = error instanceof Error ? error.message : String(error);
      await archives.move(id, 'writing', { state: 'failed', lastError, finishedAt: now });
      throw error;
    }
    const written = await archives.byId(id);
    return written === null ? 0 : this.#takeAway(written);
  }

  /** Takes away the records that stand in the file, range by range; gives how many. */
  async #takeAway(archive: ArchiveRow): Promise<number> {
    const { clock, removal } = this.#parts;
    const { archives } = this.#repositories;
    const file = this.#file(archive.fileName);
    await requireIntact(file, archive.contentHash);
    await archives.move(archive.id, 'written', { state: 'deleting' });
    const there = new Set<string>();
    for await (const rows of (await readRowFile(file)).batches) {
      for (const row of rows) there.add(textOf(row, 'sequence'));
    }
    let records = 0;
    let leftAlone = 0;
    for (const seal of await this.#sealsIn(archive, there)) {
      const removed = await removal.remove(seal, archive.id);
      records += removed ?? 0;
      if (removed === null) leftAlone += seal.rowCount;
    }
    const deletedCount = archive.rowCount - BigInt(leftAlone);
    await archives.move(archive.id, 'deleting', { state: 'done', deletedCount, finishedAt: clock.now() });
    return records;
  }

  /** Brings the records of an archive back. @throws AppError as `restoreAuditArchive` does */
  restore(
    archive: ArchiveRow,
    request: RestoreRequest,
  ): Promise<{ readonly restored: number; readonly leftOut: number }> {
    return restoreAuditArchive({ ...this.#parts, ...request }, archive);
  }

  /** The seals of an archive whose records are still there and stand in its file. */
  async #sealsIn({ firstKey, lastKey }: ArchiveRow, there: ReadonlySet<string>): Promise<AuditSealRow[]> {
    const seals = await this.#repositories.auditSeals.between(BigInt(firstKey ?? 0), BigInt(lastKey ?? 0));
    const standsThere = ({ rowMacs }: AuditSealRow) =>
      [...rowMacsBySequence(rowMacs).keys()].every((sequence) => there.has(String(sequence)));
    return seals.filter((seal) => seal.rowsRemovedAt === null && standsThere(seal));
  }
}

import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { dialectOf } from '../dialect/dialect.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { Conditions } from '../sql/conditions.js';
import { column } from '../sql/values.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

export const archiveStates = [
  'writing',
  'written',
  'deleting',
  'done',
  'restoring',
  'restored',
  'failed',
] as const;

/**
 * How far an archive has come: its file is being written, is whole, its rows are being deleted, are gone; they are
 * being brought back, are back; or it failed and nothing was deleted.
 */
export type ArchiveState = (typeof archiveStates)[number];

export interface ArchiveRow {
  readonly id: string;
  readonly kind: string;
  readonly state: ArchiveState;
  readonly fileName: string;
  /** The rows' own instants: from, and before. */
  readonly fromInstant: Date | null;
  readonly beforeInstant: Date;
  readonly firstKey: string | null;
  readonly lastKey: string | null;
  readonly rowCount: bigint;
  readonly deletedCount: bigint;
  readonly deletedKey: string | null;
  readonly bytes: bigint;
  readonly contentHash: string | null;
  readonly schemaVersion: string;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** An archive that is begun. */
export type NewArchive = Pick<
  ArchiveRow,
  'id' | 'kind' | 'fileName' | 'fromInstant' | 'beforeInstant' | 'schemaVersion' | 'createdAt'
>;

/** What moves while an archive is made. */
export type ArchiveProgress = Partial<
  Omit<ArchiveRow, 'id' | 'kind' | 'beforeInstant' | 'schemaVersion' | 'createdAt'>
>;

const archiveList = cursorFormat('archives', 'instant', 'text');

function archiveOf<Row extends { readonly state: string }>(row: Row): Row & { readonly state: ArchiveState } {
  return { ...row, state: archiveStates.find((state) => state === row.state) ?? 'failed' };
}

/** Files of old rows, and how far they have come. */
export class Archives {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).archive;
  }

  async insert(archive: NewArchive): Promise<void> {
    await this.#table.create({
      data: { ...archive, state: 'writing', rowCount: 0n, deletedCount: 0n, bytes: 0n },
      select: { id: true },
    });
  }

  async byId(id: string): Promise<ArchiveRow | null> {
    const row = await this.#table.findUnique({ where: { id } });
    return row && archiveOf(row);
  }

  /** Newest first, of one kind or of all. */
  async page(kind: string | undefined, { limit, cursor }: PageRequest): Promise<Page<ArchiveRow>> {
    const place = cursor === undefined ? null : archiveList.decode(cursor);
    const { engine, sql } = this.#scope;
    const index = `archives_${kind === undefined ? '' : 'kind_'}created_at_id_idx`;
    const where = new Conditions()
      .equal('kind', kind)
      .add('1 = 1')
      .also(place && afterSql('desc', ['created_at', place[0]], ['id', place[1]]));
    const found = await sql.query(
      `SELECT id FROM archives ${dialectOf(engine).followIndex(index)} WHERE ${where.text}
       ORDER BY created_at DESC, id DESC LIMIT ?`,
      [...where.parameters, limit + 1],
      { id: column.text },
    );
    const stored = await this.#table.findMany({ where: { id: { in: found.map(({ id }) => id) } } });
    const byId = new Map(stored.map((row) => [row.id, archiveOf(row)]));
    const rows = found.flatMap(({ id }) => byId.get(id) ?? []);
    return pageOf(rows, limit, ({ createdAt, id }) => archiveList.encode([createdAt, id]));
  }

  /** Those in these states, oldest first: what a run that was killed left behind. */
  async inStates(states: readonly ArchiveState[], limit: number): Promise<ArchiveRow[]> {
    const rows = await this.#table.findMany({
      where: { state: { in: [...states] } },
      orderBy: { id: 'asc' },
      take: limit,
    });
    return rows.map(archiveOf);
  }

  /** Notes progress; false when the archive is no longer in the state it was read in. */
  async move(id: string, from: ArchiveState, progress: ArchiveProgress): Promise<boolean> {
    const { count } = await this.#table.updateMany({ where: { id, state: from }, data: progress });
    return count === 1;
  }

  /** Names another file for an archive; false when it is no longer the one that was read. */
  async replaceFile(
    { id, fileName }: Pick<ArchiveRow, 'id' | 'fileName'>,
    file: Pick<ArchiveRow, 'fileName' | 'rowCount' | 'bytes' | 'contentHash'>,
  ): Promise<boolean> {
    const { count } = await this.#table.updateMany({ where: { id, fileName }, data: file });
    return count === 1;
  }

  async delete(id: string): Promise<void> {
    await this.#table.deleteMany({ where: { id } });
  }

  /** Deletes an archive that is still being written; false when it is no longer. */
  async discard(id: string): Promise<boolean> {
    const { count } = await this.#table.deleteMany({ where: { id, state: 'writing' } });
    return count === 1;
  }
}

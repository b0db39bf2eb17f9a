import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

/** waiting for its bytes, stored, or refused for what the bytes were. */
export type UploadState = 'waiting' | 'stored' | 'refused';

/** Where a file is kept and what it is; null until it is stored. */
export interface StoredFile {
  readonly bytes: number;
  readonly contentType: string;
  readonly width: number | null;
  readonly height: number | null;
  /** SHA-256 of the file as it is kept, lower-case hex. */
  readonly contentHash: string;
  /** Names of the smaller pictures in the storage. */
  readonly previewKey: string | null;
  readonly thumbnailKey: string | null;
}

export interface UploadRow {
  readonly id: string;
  readonly userId: string | null;
  readonly guildId: string | null;
  readonly purpose: string;
  readonly state: UploadState;
  readonly originalName: string | null;
  /** As announced; once stored, of the file as it is kept. */
  readonly bytes: number;
  readonly contentType: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly contentHash: string | null;
  readonly storageKey: string;
  readonly previewKey: string | null;
  readonly thumbnailKey: string | null;
  readonly refusal: string | null;
  /** When it is swept unless something uses it by then. */
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly storedAt: Date | null;
}

/** An upload that was announced. */
export type NewUpload = Pick<
  UploadRow,
  'id' | 'userId' | 'guildId' | 'purpose' | 'originalName' | 'bytes' | 'storageKey' | 'createdAt'
> & { readonly expiresAt: Date };

/** An upload under the name that it was read with: whoever was faster has given it another one. */
type UploadPlace = Pick<UploadRow, 'id' | 'storageKey'>;

/** Whose uploads a list or a quota is about. */
type Owner = { readonly userId: string } | { readonly guildId: string };

const uploadList = cursorFormat('uploads', 'instant', 'text');

function uploadOf<Row extends { readonly state: string }>(row: Row): Row & { readonly state: UploadState } {
  const { state } = row;
  return { ...row, state: state === 'stored' || state === 'refused' ? state : 'waiting' };
}

/** The uploads of one person, or those made for one guild. */
export class OwnedUploads {
  readonly #scope: Database | Transaction;
  readonly #owner: Owner;

  constructor(scope: Database | Transaction, owner: Owner) {
    this.#scope = scope;
    this.#owner = owner;
  }

  get #table() {
    return tablesOf(this.#scope).upload;
  }

  async byId(id: string): Promise<UploadRow | null> {
    const row = await this.#table.findFirst({ where: { id, ...this.#owner } });
    return row && uploadOf(row);
  }

  async byIds(ids: readonly string[]): Promise<UploadRow[]> {
    const rows = await this.#table.findMany({ where: { id: { in: [...ids] }, ...this.#owner } });
    return rows.map(uploadOf);
  }

  /** Newest first. */
  async page({ limit, cursor }: PageRequest): Promise<Page<UploadRow>> {
    const place = cursor === undefined ? null : uploadList.decode(cursor);
    const rows = await this.#table.findMany({
      where: { ...this.#owner, ...(place && after('desc', ['createdAt', place[0]], ['id', place[1]])) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    return pageOf(rows.map(uploadOf), limit, ({ createdAt, id }) => uploadList.encode([createdAt, id]));
  }

  /** What counts against a quota: files and bytes that are stored, or announced and not expired. */
  async used(now: Date): Promise<{ readonly files: number; readonly bytes: number }> {
    const { _count, _sum } = await this.#table.aggregate({
      where: {
        ...this.#owner,
        state: { not: 'refused' },
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
      _count: true,
      _sum: { bytes: true },
    });
    return { files: _count, bytes: _sum.bytes ?? 0 };
  }

  /** Those sent for a purpose and used for nothing yet: waiting or stored, and not expired. */
  async unused(purpose: string, now: Date): Promise<number> {
    return this.#table.count({
      where: { ...this.#owner, purpose, state: { not: 'refused' }, expiresAt: { gt: now } },
    });
  }

  /**
   * Says that something uses these files from now on, so that they are not swept. False unless each of them is the
   * guild's, or the person's own and no guild's, and is stored and not expired; the transaction must not go on then.
   */
  async keep(ids: readonly string[], now: Date): Promise<boolean> {
    const own = 'guildId' in this.#owner ? this.#owner : { ...this.#owner, guildId: null };
    const wanted = [...new Set(ids)];
    const where = { id: { in: wanted }, ...own, state: 'stored' };
    // First the update: it waits for whoever changes one of the rows, and holds them.
    await this.#table.updateMany({
      where: { ...where, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
      data: { expiresAt: null },
    });
    return (await this.#table.count({ where: { ...where, expiresAt: null } })) === wanted.length;
  }

  /** Hands all of them to the sweeper: before the person or the guild goes. Gives how many. */
  async expireAll(now: Date): Promise<number> {
    const { count } = await this.#table.updateMany({ where: { ...this.#owner }, data: { expiresAt: now } });
    return count;
  }
}

/** Uploads by their id alone: for the ticket that was signed, and for the sweeper. */
export class Uploads {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).upload;
  }

  async insert(upload: NewUpload): Promise<void> {
    await this.#table.create({ data: { ...upload, state: 'waiting' }, select: { id: true } });
  }

  async byId(id: string): Promise<UploadRow | null> {
    const row = await this.#table.findUnique({ where: { id } });
    return row && uploadOf(row);
  }

  /**
   * Gives an upload that still waits for its file another name in the storage; false when somebody was faster, or it
   * is gone or expired.
   */
  async claim({ id, storageKey }: UploadPlace, claimedKey: string, now: Date): Promise<boolean> {
    const { count } = await this.#table.updateMany({
      where: { id, storageKey, state: 'waiting', expiresAt: { gt: now } },
      data: { storageKey: claimedKey },
    });
    return count === 1;
  }

  /** Notes the file of an upload that still waits under this name; false when somebody was faster, or it is gone or expired. */
  async markStored({ id, storageKey }: UploadPlace, file: StoredFile, now: Date): Promise<boolean> {
    const { count } = await this.#table.updateMany({
      where: { id, storageKey, state: 'waiting', expiresAt: { gt: now } },
      data: { ...file, state: 'stored', storedAt: now },
    });
    return count === 1;
  }

  /** Notes why the file of an upload that still waits under this name was not taken. */
  async refuse({ id, storageKey }: UploadPlace, refusal: string, expiresAt: Date): Promise<boolean> {
    const { count } = await this.#table.updateMany({
      where: { id, storageKey, state: 'waiting' },
      data: { state: 'refused', refusal, expiresAt },
    });
    return count === 1;
  }

  /** Hands those of these files to the sweeper, from the instant on, that no analysis uses any more. */
  async release(ids: readonly string[], expiresAt: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.#scope.sql.execute(
      `UPDATE uploads SET expires_at = ? WHERE id IN (${ids.map(() => '?').join(', ')})
       AND NOT EXISTS (SELECT 1 FROM club_analysis_images i WHERE i.upload_id = uploads.id)
       AND NOT EXISTS (SELECT 1 FROM screenshot_analyses a WHERE a.upload_id = uploads.id)`,
      [expiresAt, ...ids],
    );
  }

  /** Those that the sweeper may take: expired, oldest first. */
  async expired(now: Date, limit: number): Promise<UploadRow[]> {
    const rows = await this.#table.findMany({
      where: { expiresAt: { lte: now } },
      orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }],
      take: limit,
    });
    return rows.map(uploadOf);
  }

  /** Of these ids those whose files must still be in the storage: stored, and not for the sweeper to take. */
  async keptAmong(ids: readonly string[], now: Date): Promise<ReadonlySet<string>> {
    const rows = await this.#table.findMany({
      where: {
        id: { in: [...ids] },
        state: 'stored',
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
      select: { id: true },
    });
    return new Set(rows.map(({ id }) => id));
  }

  /** Deletes rows whose files are gone. */
  async delete(ids: readonly string[]): Promise<void> {
    await this.#table.deleteMany({ where: { id: { in: [...ids] } } });
  }
}

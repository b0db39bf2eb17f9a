import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { column } from '../sql/values.js';

/** A closed range of the audit trail. */
export interface AuditSealRow {
  readonly number: bigint;
  readonly fromSequence: bigint;
  readonly toSequence: bigint;
  readonly rowCount: number;
  /** Each row's sequence and shortened HMAC while the rows are there, then what vouches for their removal. */
  readonly rowMacs: string;
  readonly rowsHash: string;
  readonly chainHash: string;
  readonly lastTimestamp: Date;
  readonly sealedAt: Date;
  /** When retention took the rows away; null while they are there. */
  readonly rowsRemovedAt: Date | null;
  readonly archiveId: string | null;
}

/** The immutable part of a record, as it is sealed. */
export interface AuditLogRow {
  readonly sequence: bigint;
  readonly id: string;
  readonly timestamp: Date;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string | null;
  readonly guildId: string | null;
  readonly success: boolean;
  readonly actorKind: string;
  readonly actorRef: string | null;
  readonly viaBot: boolean;
  readonly occurrences: number;
  readonly personalHmac: string;
}

/** The personal part of a record, as its `personalHmac` is made over it. */
export interface StoredAuditPersonal {
  readonly auditId: string;
  readonly userId: string | null;
  readonly discordId: string | null;
  readonly displayName: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly sessionId: string | null;
  readonly requestId: string | null;
  readonly details: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly errorMessage: string | null;
}

/** Seals over the audit trail, and the rows below them. */
export class AuditSeals {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).auditSeal;
  }

  async last(): Promise<AuditSealRow | null> {
    return this.#table.findFirst({ orderBy: { number: 'desc' } });
  }

  /** Seals after a number, in their order. */
  async after(number: bigint, limit: number): Promise<AuditSealRow[]> {
    return this.#table.findMany({
      where: { number: { gt: number } },
      orderBy: { number: 'asc' },
      take: limit,
    });
  }

  /**
   * Stores a seal.
   * @throws DatabaseError `unique_violation` when another process sealed this range first
   */
  async insert(seal: Omit<AuditSealRow, 'rowsRemovedAt' | 'archiveId'>): Promise<void> {
    await this.#table.create({ data: seal, select: { number: true } });
  }

  /**
   * From a sequence on, the last one before anything younger than the instant; null when there is none. What is
   * sealed up to there gets no row any more.
   */
  async lastSettled(instant: Date, fromSequence: bigint): Promise<bigint | null> {
    const { auditLog } = tablesOf(this.#scope);
    const young = await auditLog.findFirst({
      where: { sequence: { gte: fromSequence }, timestamp: { gte: instant } },
      orderBy: { sequence: 'asc' },
      select: { sequence: true },
    });
    const row = await auditLog.findFirst({
      where: { sequence: { gte: fromSequence, ...(young && { lt: young.sequence }) } },
      orderBy: { sequence: 'desc' },
      select: { sequence: true },
    });
    return row?.sequence ?? null;
  }

  /** The highest sequence there is; null for an empty trail. */
  async highestSequence(): Promise<bigint | null> {
    const row = await tablesOf(this.#scope).auditLog.findFirst({
      orderBy: { sequence: 'desc' },
      select: { sequence: true },
    });
    return row?.sequence ?? null;
  }

  /** Records of a range, both ends in it, in their order, after a sequence. */
  async rows(from: bigint, to: bigint, limit: number): Promise<AuditLogRow[]> {
    return tablesOf(this.#scope).auditLog.findMany({
      where: { sequence: { gte: from, lte: to } },
      orderBy: { sequence: 'asc' },
      take: limit,
    });
  }

  /** The personal parts of records that still have one. */
  async personalParts(auditIds: readonly string[]): Promise<StoredAuditPersonal[]> {
    return tablesOf(this.#scope).auditPersonal.findMany({
      where: { auditId: { in: [...auditIds] } },
      omit: { timestamp: true },
    });
  }

  /** Sealed ranges behind a number whose rows are all older than the instant and still there, oldest first. */
  async removable(before: Date, after: bigint, limit: number): Promise<AuditSealRow[]> {
    const seals = await this.#table.findMany({
      where: { rowsRemovedAt: null, number: { gt: after } },
      orderBy: { number: 'asc' },
      take: limit,
    });
    const young = seals.findIndex(({ lastTimestamp }) => lastTimestamp >= before);
    return young < 0 ? seals : seals.slice(0, young);
  }

  /** Seals from one number to another, both among them. */
  async between(first: bigint, last: bigint): Promise<AuditSealRow[]> {
    return this.#table.findMany({
      where: { number: { gte: first, lte: last } },
      orderBy: { number: 'asc' },
    });
  }

  /** The seals whose rows stand in an archive. */
  async ofArchive(archiveId: string): Promise<AuditSealRow[]> {
    const { firstKey, lastKey } =
      (await tablesOf(this.#scope).archive.findUnique({ where: { id: archiveId } })) ?? {};
    if (!firstKey || !lastKey) return [];
    const seals = await this.between(BigInt(firstKey), BigInt(lastKey));
    return seals.filter((seal) => seal.archiveId === archiveId);
  }

  /** Notes that the rows of a range are back. */
  async noteRestored(number: bigint, rowMacs: string): Promise<void> {
    await this.#table.update({
      where: { number },
      data: { rowMacs, rowsRemovedAt: null, archiveId: null },
      select: { number: true },
    });
  }

  /**
   * Takes away the rows of a sealed range, with their personal parts, and leaves the seal, which from then on holds
   * what vouches for the removal; gives how many. The only way a record goes. Only inside a transaction.
   */
  async removeRows(
    seal: Pick<AuditSealRow, 'number' | 'fromSequence' | 'toSequence'>,
    removal: { readonly rowMacs: string; readonly rowsRemovedAt: Date; readonly archiveId: string | null },
  ): Promise<number> {
    const { sql } = this.#scope;
    const range = [seal.fromSequence, seal.toSequence];
    await sql.execute('INSERT INTO _audit_removals (from_sequence, to_sequence) VALUES (?, ?)', range);
    const removed = await sql.execute('DELETE FROM audit_logs WHERE sequence BETWEEN ? AND ?', range);
    await sql.execute('DELETE FROM _audit_removals WHERE from_sequence = ? AND to_sequence = ?', range);
    await this.#table.update({
      where: { number: seal.number },
      data: removal,
      select: { number: true },
    });
    return removed;
  }

  /** Erases the personal parts of a person's records, at most `limit`; gives how many. The records stay whole. */
  async erasePersonal(userId: string, limit: number): Promise<number> {
    const rows = await this.#scope.sql.query(
      'SELECT audit_id FROM audit_personal WHERE user_id = ? ORDER BY timestamp, audit_id LIMIT ?',
      [userId, limit],
      { audit_id: column.text },
    );
    const { count } = await tablesOf(this.#scope).auditPersonal.deleteMany({
      where: { auditId: { in: rows.map(({ audit_id }) => audit_id) } },
    });
    return count;
  }
}

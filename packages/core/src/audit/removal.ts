import {
  repositories,
  type AuditLogRow,
  type AuditSealRow,
  type Database,
  type Repositories,
} from '@slimy/db';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { RetentionRun } from '../lifecycle/retention-run.js';
import type { WritePath } from '../write/write-path.js';
import { isSealedRow, removalProofOf, rowMacsBySequence, rowsHashOf } from './seal-macs.js';
import { ROWS_A_SEAL } from './sealing.js';

const SEALS_AT_ONCE = 50;
/** One more than stand under one seal, so that inserted ones are seen too. */
const MOST_RECORDS = ROWS_A_SEAL + 1;

type AuditSeals = Repositories['auditSeals'];

interface AuditRemovalParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly auditKey: string;
}

const program: Caller = {
  actor: { kind: 'system', task: 'audit.remove' },
  request: { requestId: 'audit.remove', ipAddress: null, userAgent: null },
};

/** What a removal did, or would do. */
export interface AuditRange {
  readonly records: number;
  /** The instant of the oldest of them; only a preview tells it. */
  readonly oldest: Date | null;
  /** Numbers of the seals whose records are left alone: they are not as they were sealed. */
  readonly damaged: readonly bigint[];
}

/** Tells whoever looks at the job or the command that ranges were left alone. */
export function damagedRanges(damaged: readonly bigint[]): AppError {
  const named = damaged.slice(0, 10).join(', ');
  const more = damaged.length > 10 ? ` and ${damaged.length - 10} more` : '';
  return new AppError(
    'internal',
    `The records under seal ${named}${more} are not as they were sealed and were left alone; all others went. Run "slimy audit verify".`,
    { remedy: 'Run "slimy audit verify": it says what was tampered with.' },
  );
}

/**
 * Takes old records out of the audit trail: whole sealed ranges, in their order. Their seals stay in the chain and
 * vouch for the removal, so that verification tells it from tampering; the removal itself is recorded.
 */
export class AuditRemoval {
  readonly #parts: AuditRemovalParts;

  constructor(parts: AuditRemovalParts) {
    this.#parts = parts;
  }

  /**
   * Removes the ranges of which every record is older than the instant. One that is not as it was sealed is left
   * alone, for what shows tampering is not taken away, and the others go all the same.
   */
  async removeBefore(before: Date, { signal, took }: RetentionRun = {}): Promise<AuditRange> {
    const damaged: bigint[] = [];
    let records = 0;
    for await (const seal of this.#removable(before, signal)) {
      const removed = await this.remove(seal, null);
      if (removed === null) damaged.push(seal.number);
      else took?.(removed);
      records += removed ?? 0;
    }
    return { records, oldest: null, damaged };
  }

  /**
   * The ranges of which every record is older than the instant, oldest first, each with its records; null instead of
   * those for a range that is not as it was sealed.
   */
  async *ranges(
    before: Date,
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly seal: AuditSealRow; readonly rows: readonly AuditLogRow[] | null }, void> {
    const { auditSeals } = repositories(this.#parts.database);
    for await (const seal of this.#removable(before, signal)) {
      yield { seal, rows: await this.#sealedRows(auditSeals, seal) };
    }
  }

  /** What `removeBefore` would remove now, counted until there are more records than `most`. */
  async preview(before: Date, most: number): Promise<AuditRange> {
    const damaged: bigint[] = [];
    let records = 0;
    let oldest: Date | null = null;
    for await (const { seal, rows } of this.ranges(before)) {
      if (rows === null) {
        damaged.push(seal.number);
        continue;
      }
      records += rows.length;
      for (const { timestamp } of rows) if (oldest === null || timestamp < oldest) oldest = timestamp;
      if (records > most) break;
    }
    return { records, oldest, damaged };
  }

  async *#removable(before: Date, signal?: AbortSignal): AsyncGenerator<AuditSealRow> {
    const { auditSeals } = repositories(this.#parts.database);
    for (let after = 0n; ;) {
      const seals: AuditSealRow[] = await auditSeals.removable(before, after, SEALS_AT_ONCE);
      for (const seal of seals) {
        if (signal?.aborted) return;
        yield seal;
        after = seal.number;
      }
      if (seals.length < SEALS_AT_ONCE) return;
    }
  }

  /** The records under a seal; null when they, or the seal itself, are not as they were sealed. */
  async #sealedRows(auditSeals: AuditSeals, seal: AuditSealRow): Promise<AuditLogRow[] | null> {
    const { auditKey } = this.#parts;
    const rows = await auditSeals.rows(seal.fromSequence, seal.toSequence, MOST_RECORDS);
    const macs = rowMacsBySequence(seal.rowMacs);
    const whole =
      seal.rowsHash === rowsHashOf(auditKey, seal.rowMacs) &&
      rows.length === seal.rowCount &&
      rows.length === macs.size &&
      rows.every((row) => isSealedRow(auditKey, row, macs.get(row.sequence) ?? ''));
    return whole ? rows : null;
  }

  /**
   * Takes a range away, which stands in an archive or nowhere. Gives how many records went; null for a range that is
   * not as it was sealed.
   */
  remove(seal: AuditSealRow, archiveId: string | null): Promise<number | null> {
    const { auditKey, writes } = this.#parts;
    return writes.change(program, [], async (change) => {
      const { auditSeals } = change.repositories;
      const [current] = await auditSeals.between(seal.number, seal.number);
      if (current?.rowsRemovedAt) return 0;
      if ((await this.#sealedRows(auditSeals, seal)) === null) return null;
      const removal = { rowsRemovedAt: change.now, archiveId };
      const rowMacs = removalProofOf(auditKey, seal, removal);
      const records = await auditSeals.removeRows(seal, { ...removal, rowMacs });
      const { number, fromSequence, toSequence } = seal;
      change.audit({
        action: 'audit.remove',
        resourceType: 'audit_seal',
        resourceId: String(number),
        guildId: null,
        details: { fromSequence: String(fromSequence), toSequence: String(toSequence), records, archiveId },
      });
      return records;
    });
  }
}

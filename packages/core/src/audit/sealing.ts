import { DatabaseError, repositories, type Database, type Repositories } from '@slimy/db';
import { MINUTE, type Clock } from '../clock.js';
import { chainHashOf, rowMacsOf, rowsHashOf } from './seal-macs.js';
import type { SealHeads } from './seal-heads.js';

/** Rows under one seal: their HMACs have to fit into one column. */
export const ROWS_A_SEAL = 500;
/** What is older gets no row beside it any more: no transaction takes that long. */
const SETTLED_AFTER = MINUTE;

interface AuditSealingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly auditKey: string;
  readonly heads: SealHeads;
}

/** Closes the audit trail range by range. Several processes may do so at once: a range is sealed by one of them. */
export class AuditSealing {
  readonly #parts: AuditSealingParts;
  readonly #seals: Repositories['auditSeals'];
  #round: Promise<void> = Promise.resolve();

  constructor(parts: AuditSealingParts) {
    this.#parts = parts;
    this.#seals = repositories(parts.database).auditSeals;
  }

  /** Seals everything that is old enough, and notes the heads of all seals that are not noted yet. */
  sealDue(signal?: AbortSignal): Promise<void> {
    // One after another, so that the heads stand in order.
    const round = this.#round.then(() => this.#sealAll(signal));
    this.#round = round.catch(() => undefined);
    return round;
  }

  async #sealAll(signal: AbortSignal | undefined): Promise<void> {
    for (;;) if (signal?.aborted || !(await this.#sealNext())) break;
    await this.#parts.heads.catchUp(this.#seals);
  }

  /** Whether there was something to seal. */
  async #sealNext(): Promise<boolean> {
    const { auditKey, clock } = this.#parts;
    const now = clock.now();
    const last = await this.#seals.last();
    const fromSequence = (last?.toSequence ?? 0n) + 1n;
    const settled = await this.#seals.lastSettled(new Date(now.getTime() - SETTLED_AFTER), fromSequence);
    if (settled === null) return false;
    const rows = await this.#seals.rows(fromSequence, settled, ROWS_A_SEAL);
    const end = rows.at(-1);
    if (end === undefined) return false;
    const rowMacs = rowMacsOf(auditKey, rows);
    const seal = {
      number: (last?.number ?? 0n) + 1n,
      fromSequence,
      toSequence: end.sequence,
      rowCount: rows.length,
      rowMacs,
      rowsHash: rowsHashOf(auditKey, rowMacs),
      lastTimestamp: new Date(Math.max(...rows.map(({ timestamp }) => timestamp.getTime()))),
      sealedAt: now,
    };
    try {
      await this.#seals.insert({ ...seal, chainHash: chainHashOf(auditKey, last?.chainHash ?? '', seal) });
    } catch (error) {
      // Another process sealed this range first; what is behind it may be left for us.
      if (!(error instanceof DatabaseError && error.kind === 'unique_violation')) throw error;
    }
    return true;
  }
}

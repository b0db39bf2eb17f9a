import { repositories, type AuditSealRow, type Database } from '@slimy/db';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { WritePath } from '../write/write-path.js';
import { removalProofOf } from './seal-macs.js';

const SEALS_AT_ONCE = 50;

interface AuditRemovalParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly auditKey: string;
}

const program: Caller = {
  actor: { kind: 'system', task: 'audit.remove' },
  request: { requestId: 'audit.remove', ipAddress: null, userAgent: null },
};

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
   * Removes the ranges of which every record is older than the instant; gives how many records went.
   * @throws AppError `internal` for a range that is not as it was sealed: what shows tampering is not taken away
   */
  async removeBefore(before: Date, signal?: AbortSignal): Promise<number> {
    const { auditSeals } = repositories(this.#parts.database);
    for (let removed = 0; ;) {
      const seals = signal?.aborted ? [] : await auditSeals.removable(before, SEALS_AT_ONCE);
      if (seals.length === 0) return removed;
      for (const seal of seals) removed += await this.#remove(seal);
    }
  }

  #remove(seal: AuditSealRow): Promise<number> {
    const { auditKey, writes } = this.#parts;
    return writes.change(program, [], async (change) => {
      const removal = { rowsRemovedAt: change.now, archiveId: null };
      const records = await change.repositories.auditSeals.removeRows(seal, {
        ...removal,
        rowMacs: removalProofOf(auditKey, seal, removal),
      });
      const { number, fromSequence, toSequence, rowCount } = seal;
      if (records !== rowCount) {
        throw new AppError(
          'internal',
          `Seal ${number} covers ${rowCount} records, and ${records} are there.`,
          {
            remedy: 'Run "slimy audit verify" to see what is missing; none of them was removed now.',
          },
        );
      }
      change.audit({
        action: 'audit.remove',
        resourceType: 'audit_seal',
        resourceId: String(number),
        guildId: null,
        details: { fromSequence: String(fromSequence), toSequence: String(toSequence), records },
      });
      return records;
    });
  }
}

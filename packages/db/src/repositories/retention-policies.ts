import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';

/** How long rows of one kind are kept, as it was saved. */
export interface RetentionPolicyRow {
  readonly kind: string;
  /** Counts the changes; a writer names the one it read. */
  readonly version: number;
  readonly enabled: boolean;
  readonly action: 'archive' | 'delete';
  /** Null keeps them for ever. */
  readonly days: number | null;
  readonly updatedById: string | null;
  readonly updatedAt: Date;
  readonly lastRunAt: Date | null;
}

export type NewRetentionPolicy = Pick<
  RetentionPolicyRow,
  'kind' | 'enabled' | 'action' | 'days' | 'updatedById'
>;

function policyOf<Row extends { readonly action: string }>(row: Row) {
  const action: RetentionPolicyRow['action'] = row.action === 'delete' ? 'delete' : 'archive';
  return { ...row, action };
}

/** Retention policies that somebody saved; kinds without one have the program's default. */
export class RetentionPolicies {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).retentionPolicy;
  }

  async all(): Promise<RetentionPolicyRow[]> {
    return (await this.#table.findMany({ orderBy: { kind: 'asc' } })).map(policyOf);
  }

  /**
   * Saves a policy over the version that was read, 0 for one that was never saved; false when somebody saved
   * first.
   */
  async save(policy: NewRetentionPolicy, readVersion: number, now: Date): Promise<boolean> {
    const data = { ...policy, version: readVersion + 1, updatedAt: now };
    if (readVersion > 0) {
      const { count } = await this.#table.updateMany({
        where: { kind: policy.kind, version: readVersion },
        data,
      });
      return count === 1;
    }
    const known = await this.#table.findUnique({ where: { kind: policy.kind }, select: { kind: true } });
    if (known) return false;
    await this.#table.create({ data, select: { kind: true } });
    return true;
  }

  async noteRun(kind: string, now: Date): Promise<void> {
    await this.#table.updateMany({ where: { kind }, data: { lastRunAt: now } });
  }
}

import type { AuditFinding, OutputOf } from '@slimy/contract';
import { isOwnPersonalPart, type AuditLogRow, type AuditSealRow, type Repositories } from '@slimy/db';
import { chainHashOf, isSealedRow, removalProofOf, rowMacsBySequence, rowsHashOf } from './seal-macs.js';
import type { SealHead, SealHeads } from './seal-heads.js';

/** Seals held against their rows in one go: at most some ten thousand records. */
const SEALS_AT_ONCE = 40;
/** More than the rows under one seal, so that inserted ones are seen too. */
const ROWS_AT_ONCE = 2_000;
/** Findings told in one answer; whoever finds that many knows enough. */
const MOST_FINDINGS = 200;

type Kind = AuditFinding['finding'];
export type Verification = OutputOf<'audit.verify'>;

interface VerificationParts {
  readonly repositories: Repositories;
  readonly auditKey: string;
  readonly heads: SealHeads;
}

/** Holds the audit trail against its seals, and the seals against the heads kept outside of the database. */
export class AuditVerification {
  readonly #parts: VerificationParts;

  constructor(parts: VerificationParts) {
    this.#parts = parts;
  }

  /** Checks the seals behind a number, a bounded number of them. */
  async check(afterSeal: bigint): Promise<Verification> {
    const { auditSeals } = this.#parts.repositories;
    const [previous] = afterSeal > 0n ? await auditSeals.after(afterSeal - 1n, 1) : [];
    const seals = await auditSeals.after(afterSeal, SEALS_AT_ONCE);
    const isEnd = seals.length < SEALS_AT_ONCE;
    const last = seals.at(-1) ?? (previous?.number === afterSeal ? previous : undefined);
    const heads = await this.#parts.heads.between(afterSeal - 1n, isEnd ? null : (last?.number ?? null));
    const round = new Round(this.#parts.auditKey, heads);
    round.begin(afterSeal, previous?.number === afterSeal ? previous : undefined);
    for (const seal of seals) {
      round.seal(seal);
      await this.#rowsOf(round, seal);
    }
    const unsealed = isEnd ? await this.#tail(round, last) : 0;
    return {
      intact: round.findings.length === 0,
      findings: round.findings.slice(0, MOST_FINDINGS),
      checkedSeals: seals.length,
      checkedRecords: round.records,
      unsealedRecords: unsealed,
      nextSeal: isEnd ? null : (last?.number ?? null),
    };
  }

  async *#rows(from: bigint, to: bigint): AsyncGenerator<AuditLogRow[]> {
    const { auditSeals } = this.#parts.repositories;
    for (let next = from; ;) {
      const rows = await auditSeals.rows(next, to, ROWS_AT_ONCE);
      const end = rows.at(-1);
      if (end === undefined) return;
      yield rows;
      if (rows.length < ROWS_AT_ONCE) return;
      next = end.sequence + 1n;
    }
  }

  async #rowsOf(round: Round, seal: AuditSealRow): Promise<void> {
    const missing = seal.rowsRemovedAt === null ? rowMacsBySequence(seal.rowMacs) : new Map<bigint, string>();
    for await (const rows of this.#rows(seal.fromSequence, seal.toSequence)) {
      for (const row of rows) {
        round.sealedRow(seal, row, missing.get(row.sequence));
        missing.delete(row.sequence);
      }
      await this.#personalParts(round, seal.number, rows);
    }
    for (const sequence of missing.keys()) {
      round.find('row_removed', seal.number, sequence, `Record ${sequence} was removed.`);
    }
  }

  async #personalParts(round: Round, seal: bigint | null, rows: readonly AuditLogRow[]): Promise<void> {
    const parts = await this.#parts.repositories.auditSeals.personalParts(rows.map(({ id }) => id));
    const byId = new Map(parts.map((part) => [part.auditId, part]));
    for (const { id, sequence, personalHmac } of rows) {
      const part = byId.get(id);
      if (part === undefined || isOwnPersonalPart(this.#parts.auditKey, part, personalHmac)) continue;
      const message = `Who acted, or what changed, was edited in record ${sequence}.`;
      round.find('personal_part_edited', seal, sequence, message);
    }
  }

  /** What comes behind the last seal. */
  async #tail(round: Round, last: AuditSealRow | undefined): Promise<number> {
    const { auditSeals } = this.#parts.repositories;
    const highest = (await auditSeals.highestSequence()) ?? 0n;
    round.end(last, highest);
    let count = 0;
    for await (const rows of this.#rows((last?.toSequence ?? 0n) + 1n, highest)) {
      count += rows.length;
      await this.#personalParts(round, null, rows);
    }
    return count;
  }
}

/** One walk along the chain. */
class Round {
  readonly findings: AuditFinding[] = [];
  records = 0;
  readonly #key: string;
  readonly #heads: ReadonlyMap<bigint, SealHead>;
  #number = 0n;
  /** The chain's hash before the next seal; undefined where that seal is missing. */
  #chain: string | undefined = '';
  #to: bigint | undefined = 0n;

  constructor(key: string, heads: ReadonlyMap<bigint, SealHead>) {
    this.#key = key;
    this.#heads = heads;
  }

  find(finding: Kind, seal: bigint | null, sequence: bigint | null, message: string): void {
    this.findings.push({ finding, seal, sequence, message });
  }

  begin(number: bigint, previous: AuditSealRow | undefined): void {
    if (number === 0n) return;
    const head = this.#heads.get(number);
    this.#number = number;
    this.#chain = previous?.chainHash ?? head?.chainHash;
    this.#to = previous?.toSequence ?? head?.toSequence;
  }

  seal(seal: AuditSealRow): void {
    const { number } = seal;
    for (let missing = this.#number + 1n; missing < number; missing += 1n) {
      const head = this.#heads.get(missing);
      this.find('seal_removed', missing, null, `Seal ${missing} was removed.`);
      this.#chain = head?.chainHash;
      this.#to = head?.toSequence;
    }
    const known = this.#heads.get(number);
    if (!this.#isWhole(seal)) {
      this.find('seal_edited', number, null, `Seal ${number} was edited: it does not fit its own hash.`);
    } else if (known !== undefined && known.chainHash !== seal.chainHash) {
      const message = `Seal ${number} is not the one that was noted outside of the database: the chain was made anew.`;
      this.find('chain_recomputed', number, null, message);
    }
    if (seal.rowsRemovedAt !== null) this.#removal(seal, seal.rowsRemovedAt);
    this.#number = number;
    this.#chain = seal.chainHash;
    this.#to = seal.toSequence;
  }

  #isWhole(seal: AuditSealRow): boolean {
    const follows = this.#to === undefined || seal.fromSequence === this.#to + 1n;
    const chained = this.#chain === undefined || seal.chainHash === chainHashOf(this.#key, this.#chain, seal);
    const ownRows = seal.rowsRemovedAt !== null || seal.rowsHash === rowsHashOf(this.#key, seal.rowMacs);
    return follows && chained && ownRows;
  }

  #removal(seal: AuditSealRow, rowsRemovedAt: Date): void {
    const { archiveId, number } = seal;
    if (seal.rowMacs === removalProofOf(this.#key, seal, { rowsRemovedAt, archiveId })) return;
    const message = `The records under seal ${number} are gone, and it was not retention that took them.`;
    this.find('removal_unproven', number, null, message);
  }

  sealedRow(seal: AuditSealRow, row: AuditLogRow, sealed: string | undefined): void {
    this.records += 1;
    const { sequence } = row;
    if (sealed === undefined) {
      this.find(
        'row_inserted',
        seal.number,
        sequence,
        `Record ${sequence} was inserted after seal ${seal.number}.`,
      );
    } else if (!isSealedRow(this.#key, row, sealed)) {
      this.find('row_edited', seal.number, sequence, `Record ${sequence} was edited.`);
    }
  }

  /** Holds the end of the trail against the heads: what was noted there and is no longer here was cut off. */
  end(last: AuditSealRow | undefined, highest: bigint): void {
    const beyond = [...this.#heads.values()].filter(({ number }) => number > (last?.number ?? 0n));
    for (const { number, toSequence } of beyond) {
      if (highest < toSequence) {
        const message = `The trail was cut: it reached record ${toSequence} under seal ${number}, and ends at ${highest}.`;
        this.find('tail_cut', number, toSequence, message);
      } else this.find('seal_removed', number, null, `Seal ${number} was removed.`);
    }
    if (last && last.rowsRemovedAt === null && highest < last.toSequence) {
      const message = `The trail was cut: seal ${last.number} reaches to record ${last.toSequence}, and it ends at ${highest}.`;
      this.find('tail_cut', last.number, last.toSequence, message);
    }
  }
}

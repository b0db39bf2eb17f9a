import { appendAudit, repositories, type Database } from '@slimy/db';
import { personOf, type Caller } from '../caller.js';
import { MINUTE, type Clock } from '../clock.js';
import type { AppError } from '../errors.js';
import type { ErasedList } from '../lifecycle/erased-list.js';
import type { Logger } from '../logger.js';
import { auditEntries } from './audit-facts.js';

/** A call that was refused. */
export interface RefusedCall {
  readonly caller: Caller;
  /** The procedure's audit tag, or its name where it has none. */
  readonly action: string;
  readonly guildId: string | null;
  readonly error: AppError;
}

interface Counted extends RefusedCall {
  count: number;
}

/** Different refusals held at once; more than that within a minute are only counted in the log. */
const MOST_HELD = 1000;
/** Refusals written in one transaction, which has to end well within its time also when the database is busy. */
const WRITTEN_AT_ONCE = 50;
const codes: ReadonlySet<string> = new Set(['FORBIDDEN', 'NOT_FOUND']);

interface RefusalRecorderParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly auditKey: string;
  readonly erased: ErasedList;
  readonly logger: Logger;
}

/** Whom the bot acted for, where it did. */
function namedByBot({ caller: { actor } }: RefusedCall): string[] {
  return actor.kind === 'bot' && actor.actingAs ? [actor.actingAs.discordId] : [];
}

/** The refusal without whom the bot acted for. */
function unnamed(refused: Counted): Counted {
  const { actor, request } = refused.caller;
  return actor.kind === 'bot'
    ? { ...refused, caller: { actor: { ...actor, actingAs: null }, request } }
    : refused;
}

/** Who was refused, as one line of the count; null for somebody we do not know. */
function actorName({ actor }: Caller): string | null {
  const person = personOf(actor);
  if (person) return `${actor.kind}:${person.userId}`;
  return actor.kind === 'bot' ? `bot:${actor.actingAs?.discordId ?? ''}` : null;
}

/** Keeps what known actors were refused: one record per actor, action and minute, with its count. */
export class RefusalRecorder {
  readonly #parts: RefusalRecorderParts;
  #held = new Map<string, Counted>();
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RefusalRecorderParts) {
    this.#parts = parts;
  }

  /** Notes a refusal; what is not a refusal of permission, or of nobody we know, is not kept. */
  record(refused: RefusedCall): void {
    const name = actorName(refused.caller);
    if (name === null || !codes.has(refused.error.code)) return;
    const key = JSON.stringify([name, refused.action, refused.guildId, refused.error.reason]);
    const counted = this.#held.get(key);
    if (counted) counted.count += 1;
    else if (this.#held.size < MOST_HELD) this.#held.set(key, { ...refused, count: 1 });
    else this.#dropped += 1;
    this.#timer ??= setTimeout(() => void this.flush(), MINUTE).unref();
  }

  /** Writes what is held; also when the program stops. Never throws. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const held = [...this.#held.values()];
    this.#held = new Map();
    if (this.#dropped > 0) {
      this.#parts.logger.warn({ refusals: this.#dropped }, 'More refusals than the audit trail keeps');
    }
    this.#dropped = 0;
    for (let first = 0; first < held.length; first += WRITTEN_AT_ONCE) {
      await this.#write(held.slice(first, first + WRITTEN_AT_ONCE));
    }
  }

  async #write(held: readonly Counted[]): Promise<void> {
    const { database, erased, logger } = this.#parts;
    try {
      // Somebody may have been erased since, and the bot goes on naming them.
      const absent = await erased.absentAmong(held.flatMap(namedByBot));
      await database.transaction(async (transaction) => {
        for (const refused of held) {
          const gone = namedByBot(refused).some((discordId) => absent.has(discordId));
          await this.#append(transaction, gone ? unnamed(refused) : refused);
        }
      });
    } catch (error) {
      logger.error({ err: error, refusals: held.length }, 'Refusals were not written to the audit trail');
    }
  }

  async #append(transaction: Parameters<typeof repositories>[0], refused: Counted): Promise<void> {
    const { clock, auditKey } = this.#parts;
    const { caller, action, guildId, error, count } = refused;
    const act = {
      action,
      resourceType: guildId === null ? 'procedure' : 'guild',
      resourceId: guildId,
      guildId,
      details: { reason: error.reason },
      errorMessage: error.message,
      occurrences: count,
    };
    const facts = { at: clock.now(), success: false };
    for (const entry of await auditEntries(repositories(transaction), caller, [act], facts)) {
      await appendAudit(transaction.sql, auditKey, entry);
    }
  }
}

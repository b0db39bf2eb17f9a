import { column, mergeAllStatDeltas, type Database } from '@slimy/db';
import { expect, vi } from 'vitest';
import { ownGuild } from './open-server.ts';
import { change, type Program } from './program.ts';

/** What one call of a writer tells: events by their ids, or a message by the id its author gave it. */
interface Telling {
  readonly kind: 'events' | 'message';
  readonly ids: readonly string[];
}

const EVENTS_A_CALL = 20;
/** Milliseconds between two calls of one writer. */
const PAUSE_MS = 5;

/** How often each kind of call came out how: `answered`, the reason of a refusal, or `no answer`. */
export class Outcomes {
  readonly #counts = new Map<string, number>();

  add(kind: string, outcome: string): void {
    const name = `${kind}: ${outcome}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** All of them, in alphabetical order. */
  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => a.localeCompare(b)));
  }

  /** The outcomes that there were, whatever the kind of call. */
  get kinds(): ReadonlySet<string> {
    return new Set([...this.#counts.keys()].map((name) => name.slice(name.indexOf(': ') + 2)));
  }
}

/**
 * Clients that keep a journal of what the program has acknowledged. What was not answered, or refused for the moment,
 * is told again with the same ids, as a client does that does not know what became of it.
 */
export class WriteJournal {
  readonly outcomes = new Outcomes();
  readonly acknowledged = { events: new Set<string>(), message: new Set<string>() };
  readonly #unanswered: Telling[] = [];
  #told = 0;

  get calls(): number {
    return this.#told;
  }

  #next(): Telling {
    const again = this.#unanswered.shift();
    if (again) return again;
    this.#told += 1;
    const call = this.#told;
    if (call % 4 === 0) return { kind: 'message', ids: [`message-${call}`] };
    return {
      kind: 'events',
      ids: Array.from({ length: EVENTS_A_CALL }, (_, index) => `event-${call}-${index}`),
    };
  }

  async #tell(program: Program, headers: Record<string, string>, telling: Telling): Promise<string> {
    const { kind, ids } = telling;
    const [procedure, input] =
      kind === 'message'
        ? ['message.send', { guildId: ownGuild, text: `text of ${ids[0]}`, clientId: ids[0] }]
        : [
            'usage.recordMany',
            { events: ids.map((eventId) => ({ guildId: ownGuild, type: 'test.told', eventId })) },
          ];
    try {
      const { reason, status } = await change(program, headers, procedure, input);
      return reason === null ? 'answered' : `${status} ${reason}`;
    } catch (error) {
      // The connection was cut: whether it was carried out is not known.
      if (error instanceof TypeError || error instanceof SyntaxError) return 'no answer';
      throw error;
    }
  }

  /** One writer, until the signal or the end of the program. */
  async #write(program: Program, headers: Record<string, string>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const telling = this.#next();
      const outcome = await this.#tell(program, headers, telling);
      this.outcomes.add(telling.kind, outcome);
      if (outcome === 'answered') {
        for (const id of telling.ids) this.acknowledged[telling.kind].add(id);
      } else {
        this.#unanswered.push(telling);
        if (outcome === 'no answer') return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Several writers at once, until the signal or the end of the program. */
  async write(
    program: Program,
    headers: Record<string, string>,
    { writers, signal }: { readonly writers: number; readonly signal: AbortSignal },
  ): Promise<void> {
    await Promise.all(Array.from({ length: writers }, () => this.#write(program, headers, signal)));
  }

  /** Resolves once something more is acknowledged than at this moment. */
  async goesOn(timeoutMs = 60_000): Promise<void> {
    const known = this.acknowledged.events.size;
    const more = () => expect(this.acknowledged.events.size).toBeGreaterThan(known);
    await vi.waitFor(more, { timeout: timeoutMs, interval: 2 });
  }

  /** Tells again whatever has not been acknowledged. */
  async finish(program: Program, headers: Record<string, string>): Promise<void> {
    while (this.#unanswered.length > 0) {
      const telling = this.#next();
      expect(await this.#tell(program, headers, telling)).toBe('answered');
      for (const id of telling.ids) this.acknowledged[telling.kind].add(id);
    }
  }

  /** Holds the database against the journal: everything acknowledged is there once, and counted once. */
  async compare(database: Database): Promise<void> {
    const { sql } = database;
    const ids = { id: column.text };
    const events = (await sql.query('SELECT event_id AS id FROM stats', [], ids)).map(({ id }) => id);
    const messages = (await sql.query('SELECT client_id AS id FROM chat_messages', [], ids)).map(
      ({ id }) => id,
    );
    for (const [stored, acknowledged] of [
      [events, this.acknowledged.events],
      [messages, this.acknowledged.message],
    ] as const) {
      const there = new Set(stored);
      expect(stored).toHaveLength(there.size);
      expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
    }
    await mergeAllStatDeltas(database);
    for (const subject of ['guild', 'person']) {
      const sum = await sql.one(
        'SELECT COALESCE(SUM(event_count), 0) AS events FROM stat_rollups WHERE subject = ?',
        [subject],
        { events: column.int },
      );
      expect(sum?.events, `events in the sums of each ${subject}`).toBe(events.length);
    }
    const guild = await sql.one('SELECT message_count AS messages FROM guilds WHERE id = ?', [ownGuild], {
      messages: column.int,
    });
    expect(guild?.messages).toBe(messages.length);
  }
}

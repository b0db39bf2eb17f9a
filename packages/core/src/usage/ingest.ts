import type { OutputOf, UsageEvent } from '@slimy/contract';
import { appendStats, DatabaseError, type NewStat } from '@slimy/db';
import type { Actor } from '../caller.js';
import type { Clock } from '../clock.js';
import { MINUTE } from '../clock.js';
import { AppError } from '../errors.js';
import { requirePerson } from '../permissions/require-person.js';
import type { Queries } from '../queries/cached-query.js';
import { guildById } from '../queries/guilds.js';
import { userIdByDiscordId } from '../queries/people.js';
import type { WritePath } from '../write/write-path.js';

/** How far a teller's clock may be ahead of ours. */
const AHEAD_MS = 5 * MINUTE;

type Refused = OutputOf<'usage.recordMany'>['refused'][number];

interface IngestParts {
  readonly queries: Queries;
  readonly writes: WritePath;
  readonly clock: Clock;
}

function wrongEvent(index: number, field: string, message: string): AppError {
  return new AppError('invalid_input', `Event ${index + 1}: ${field} ${message}.`, {
    fields: [{ path: ['events', index, field], message }],
  });
}

/** Takes events in. What it answers for stands in the database, with what it adds to the sums. */
export class UsageIngest {
  readonly #parts: IngestParts;

  constructor(parts: IngestParts) {
    this.#parts = parts;
  }

  /**
   * @throws AppError `invalid_input` for an instant that is still to come and for another person's event,
   * `changed_meanwhile` when a guild or a person went at the same moment: the same call may be sent again
   */
  async take(actor: Actor, events: readonly UsageEvent[]): Promise<OutputOf<'usage.recordMany'>> {
    const now = this.#parts.clock.now();
    const latest = now.getTime() + AHEAD_MS;
    events.forEach(({ at }, index) => {
      if (at && at.getTime() > latest) throw wrongEvent(index, 'at', 'must not lie in the future');
    });
    const { stats, refused } =
      actor.kind === 'bot' ? await this.#toldByBot(events, now) : this.#toldByPerson(actor, events, now);
    const { stored, repeated } = await this.#parts.writes
      .append((sql) => appendStats(sql, stats))
      .catch(gone);
    return { stored, repeated, refused };
  }

  #toldByPerson(actor: Actor, events: readonly UsageEvent[], now: Date) {
    const { userId, discordId } = requirePerson(actor);
    const stats = events.map((event, index): NewStat => {
      if (event.discordId !== undefined && event.discordId !== discordId)
        throw wrongEvent(index, 'discordId', 'may name somebody else only where the bot tells it');
      return statOf(event, userId, userId, now);
    });
    return { stats, refused: [] };
  }

  /** Events of a person that is not known count for their guild; those that then belong to nothing are refused. */
  async #toldByBot(events: readonly UsageEvent[], now: Date) {
    const named = <Value>(values: readonly (Value | undefined)[]) => [
      ...new Set(values.filter((value) => value !== undefined)),
    ];
    const discordIds = named(events.map(({ discordId }) => discordId));
    const guildIds = named(events.map(({ guildId }) => guildId));
    const [userIds, guilds] = await Promise.all([
      this.#parts.queries.readMany(userIdByDiscordId, discordIds),
      this.#parts.queries.readMany(guildById, guildIds),
    ]);
    const userIdOf = new Map(discordIds.map((discordId, index) => [discordId, userIds[index] ?? null]));
    const connected = new Set(guildIds.filter((_, index) => guilds[index] !== null));
    const refused: Refused[] = [];
    const stats: NewStat[] = [];
    for (const [index, event] of events.entries()) {
      const { guildId, discordId } = event;
      const userId = discordId === undefined ? null : (userIdOf.get(discordId) ?? null);
      if (guildId !== undefined && !connected.has(guildId)) refused.push({ index, reason: 'unknown_guild' });
      else if (guildId === undefined && userId === null) refused.push({ index, reason: 'unknown_person' });
      else stats.push(statOf(event, userId, 'bot', now));
    }
    return { stats, refused };
  }
}

function statOf(event: UsageEvent, userId: string | null, source: string, now: Date): NewStat {
  const { guildId = null, type, value, at = now, eventId } = event;
  return { userId, guildId, type, value, source, eventId, timestamp: at };
}

function gone(error: unknown): never {
  if (error instanceof DatabaseError && error.kind === 'foreign_key') {
    throw new AppError('changed_meanwhile', 'A server or a person of these events was just removed.', {
      remedy: 'Send the same events again.',
      cause: error,
    });
  }
  throw error;
}

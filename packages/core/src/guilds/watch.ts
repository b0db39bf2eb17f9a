import type { GuildChange, OutputOf } from '@slimy/contract';
import type { Repositories } from '@slimy/db';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { Authentication } from '../identity/authentication.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { OpenStreams } from '../outbox/open-streams.js';
import type { RoomClock, Woken } from '../outbox/room-clock.js';
import { guildRoom } from '../outbox/topics.js';
import { placeIn, placesOf } from '../permissions/standing.js';
import type { SubscriptionOptions } from '../services/services.js';
import { inServiceWords } from '../write/failures.js';

interface GuildWatchParts {
  readonly repositories: Repositories;
  readonly reads: RequestReads;
  readonly authentication: Authentication;
  readonly rooms: RoomClock;
  readonly open: OpenStreams;
}

type Tracked = { readonly id: string; readonly event: OutputOf<'guild.onChange'> };

/** Facts handed on at once. */
const FACTS_AT_ONCE = 100;
const kinds = [
  'guild',
  'settings',
  'personality',
  'members',
  'messages',
] as const satisfies readonly GuildChange['what'][];

function placeOf(lastEventId: string): bigint {
  if (/^\d{1,18}$/.test(lastEventId)) return BigInt(lastEventId);
  throw new AppError('invalid_input', 'This is no event id of this stream.', {
    fields: [{ path: ['lastEventId'], message: 'must be the id of an event of this stream' }],
  });
}

function whatOf(payload: unknown): GuildChange['what'] {
  const named = typeof payload === 'object' && payload !== null && 'what' in payload ? payload.what : null;
  return kinds.find((kind) => kind === named) ?? 'guild';
}

/**
 * Streams what changes in a guild, in the order of the commits. Reads the outbox after the reader's place, so
 * nothing is skipped or told twice; waking early is all that signals do. Facts older than the outbox keeps are
 * told as one change of everything. Ends when the session or the membership has ended.
 */
export class GuildWatch {
  readonly #parts: GuildWatchParts;

  constructor(parts: GuildWatchParts) {
    this.#parts = parts;
  }

  changes(caller: Caller, guildId: string, options: SubscriptionOptions): AsyncIterable<Tracked> {
    return this.#parts.open.held(caller.actor, this.#follow(caller, guildId, options));
  }

  async *#follow(
    caller: Caller,
    guildId: string,
    { lastEventId, signal, begun }: SubscriptionOptions,
  ): AsyncIterable<Tracked> {
    const { rooms } = this.#parts;
    const room = guildRoom(guildId);
    let place = await inServiceWords(() => this.#latest(room));
    if (lastEventId !== null) {
      const left = placeOf(lastEventId);
      // A place beyond the last one is of a guild of this id that was erased since.
      place = left > place ? 0n : left;
    }
    begun?.(place.toString());
    for (let latest: Woken = null; !signal.aborted && !rooms.stopped;) {
      const woken = rooms.woken(room, caller.actor, signal);
      if (!(await this.#mayWatch(caller, guildId))) return;
      if (latest === null || latest > place) {
        for (let more = true; more;) {
          const facts = await inServiceWords(() => this.#after(room, guildId, place));
          for (const fact of facts) {
            place = BigInt(fact.id);
            yield fact;
            if (signal.aborted) return;
          }
          more = facts.length === FACTS_AT_ONCE;
        }
      }
      latest = await woken;
    }
  }

  async #mayWatch({ actor }: Caller, guildId: string): Promise<boolean> {
    const { reads, authentication } = this.#parts;
    const [signedIn, standing] = await Promise.all([
      authentication.stillSignedIn(actor),
      inServiceWords(async () => reads.standing(actor)),
    ]);
    return signedIn && placeIn(placesOf(actor, standing), guildId) !== null;
  }

  async #latest(room: string): Promise<bigint> {
    return (await this.#parts.repositories.outbox.lastSequences([room])).get(room) ?? 0n;
  }

  async #after(room: string, guildId: string, place: bigint): Promise<Tracked[]> {
    const { outbox } = this.#parts.repositories;
    // In this order: whatever was given out before the first look is found by the second, unless it is kept no more.
    const latest = await this.#latest(room);
    const facts = await outbox.after(room, place, FACTS_AT_ONCE);
    const next = facts[0]?.roomSequence ?? latest + 1n;
    if (next <= place + 1n) {
      return facts.map(({ roomSequence, payload, createdAt }) => ({
        id: roomSequence.toString(),
        event: { guildId, what: whatOf(payload), at: createdAt },
      }));
    }
    // Only the last one moves the reader's place: whoever is cut off before it is told everything again.
    const at = facts.at(-1)?.createdAt ?? new Date();
    return kinds.map((what, index) => ({
      id: (index === kinds.length - 1 ? latest : place).toString(),
      event: { guildId, what, at },
    }));
  }
}

import type { Message } from '@slimy/contract';
import type { ChatMessages, Repositories } from '@slimy/db';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { Authentication } from '../identity/authentication.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { OpenStreams } from '../outbox/open-streams.js';
import type { RoomClock, Woken } from '../outbox/room-clock.js';
import { mayDo } from '../permissions/actions.js';
import { requirePerson } from '../permissions/require-person.js';
import { placeIn, placesOf } from '../permissions/standing.js';
import type { Presenters } from '../presenters.js';
import type { SubscriptionOptions } from '../services/services.js';
import { inServiceWords } from '../write/failures.js';
import { messagesIn, type NamedRoom } from './rooms.js';

interface MessageStreamParts {
  readonly repositories: Repositories;
  readonly reads: RequestReads;
  readonly authentication: Authentication;
  readonly rooms: RoomClock;
  readonly open: OpenStreams;
  readonly presenters: Presenters;
}

type Tracked = { readonly id: string; readonly event: Message };

interface MessageStreamOptions extends Omit<SubscriptionOptions, 'lastEventId'> {
  /** The place to begin after; null for what is sent from now on. */
  readonly after: string | null;
}

/** Messages read at once: all that a stream holds of them, however far behind its reader is. */
const MESSAGES_AT_ONCE = 20;
/** How old the knowledge of a reader's rights may be when a message is handed on, in milliseconds. */
const RIGHTS_MS = 250;

function placeOf(eventId: string): bigint {
  if (/^\d{1,18}$/.test(eventId)) return BigInt(eventId);
  throw new AppError('invalid_input', 'This is no event id of this stream.', {
    fields: [{ path: ['lastEventId'], message: 'must be the id of an event of this stream' }],
  });
}

/**
 * Streams the messages of a room in the order of their places, which is the order of the commits. Reads the
 * messages after the reader's place, so nothing is skipped or told twice; waking early is all that signals do.
 * Nothing is handed on that was sent after the reader lost the right to it: messages are read first, rights
 * after. Ends when the session or the membership has ended, when the right to messages for admins changes, when
 * the conversation is deleted, and when the program stops.
 */
export class MessageStream {
  readonly #parts: MessageStreamParts;

  constructor(parts: MessageStreamParts) {
    this.#parts = parts;
  }

  messages(caller: Caller, room: NamedRoom, options: MessageStreamOptions): AsyncIterable<Tracked> {
    return this.#parts.open.held(caller.actor, this.#follow(caller, room, options));
  }

  async *#follow(
    caller: Caller,
    room: NamedRoom,
    { after, signal, begun }: MessageStreamOptions,
  ): AsyncIterable<Tracked> {
    const { rooms, presenters, repositories } = this.#parts;
    const { userId } = requirePerson(caller.actor);
    const messages = await inServiceWords(() => messagesIn(repositories, room, userId));
    const last = await inServiceWords(() => messages.lastSequence());
    // A place that was never given out would be waited for without end.
    let place = after === null || placeOf(after) > last ? last : placeOf(after);
    begun?.(place.toString());
    const atFirst = await this.#reads(caller, room);
    let readAt = 0;
    const stillReads = async () => {
      const now = await this.#reads(caller, room);
      readAt = performance.now();
      return now !== 'nothing' && now === atFirst;
    };
    // The room of a conversation goes with it.
    const deleted = (latest: Woken) => room.guildId === undefined && latest === 0n && place > 0n;
    for (let latest: Woken = null; !signal.aborted && !rooms.stopped;) {
      const woken = rooms.woken(messages.room, caller.actor, signal);
      const behind = latest === null || latest > place || deleted(latest);
      for (let more = behind; more;) {
        const batch = await this.#after(messages, place);
        if (!(await stillReads())) return;
        for (const row of batch) {
          if (signal.aborted || rooms.stopped) return;
          if (performance.now() - readAt > RIGHTS_MS && !(await stillReads())) return;
          place = row.sequence;
          if (row.adminOnly && atFirst !== 'everything') continue;
          yield { id: row.sequence.toString(), event: presenters.message(row, userId) };
        }
        more = batch.length === MESSAGES_AT_ONCE;
      }
      // What was given out before the last look and is not there any more was deleted.
      if (latest !== null && latest > place) place = latest;
      if (!behind && !(await this.#mayStay(caller, room, atFirst))) return;
      latest = await woken;
    }
  }

  /** What of the room the caller may read now. */
  async #reads(caller: Caller, room: NamedRoom): Promise<'nothing' | 'without admin chat' | 'everything'> {
    const { reads, authentication, repositories } = this.#parts;
    const { actor } = caller;
    const { guildId, conversationId } = room;
    return inServiceWords(async () => {
      if (guildId === undefined) {
        const { conversations } = repositories.person(requirePerson(actor).userId);
        const [signedIn, own] = await Promise.all([
          authentication.stillSignedIn(actor),
          conversations.byId(conversationId ?? ''),
        ]);
        return signedIn && own !== null ? 'everything' : 'nothing';
      }
      const [signedIn, standing] = await Promise.all([
        authentication.stillSignedIn(actor),
        reads.standing(actor),
      ]);
      const place = placeIn(placesOf(actor, standing), guildId);
      if (!signedIn || place === null) return 'nothing';
      return mayDo(place.roles, 'read_admin_chat') ? 'everything' : 'without admin chat';
    });
  }

  /** The same for a reader for whom nothing has happened: whose conversation it is does not change. */
  async #mayStay(caller: Caller, room: NamedRoom, atFirst: string): Promise<boolean> {
    return room.guildId === undefined
      ? this.#parts.authentication.stillSignedIn(caller.actor)
      : (await this.#reads(caller, room)) === atFirst;
  }

  #after(messages: ChatMessages, place: bigint) {
    return inServiceWords(() => messages.after(place, MESSAGES_AT_ONCE));
  }
}

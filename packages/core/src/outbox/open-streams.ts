import { personOf, type Actor } from '../caller.js';
import { AppError } from '../errors.js';
import type { RoomClock } from './room-clock.js';

/** How many streams a person may hold open in one process: far more than their devices have pages in sight. */
const MOST_STREAMS = 40;

/** Counts the streams that people hold open here, so that nobody takes more than a bounded part of the process. */
export class OpenStreams {
  readonly #open = new Map<string, number>();
  readonly #rooms: Pick<RoomClock, 'stopped'>;

  constructor(rooms: Pick<RoomClock, 'stopped'>) {
    this.#rooms = rooms;
  }

  /**
   * Tells what a stream of this caller tells, which holds one of their places until it ends. When the program
   * stops it ends like any other, also when the database is closed under its last look.
   * @throws AppError `rate_limited` when they hold too many
   */
  async *held<Event>(actor: Actor, events: AsyncIterable<Event>): AsyncIterable<Event> {
    const leave = this.#enter(actor);
    try {
      yield* events;
    } catch (error) {
      if (!this.#rooms.stopped) throw error;
    } finally {
      leave();
    }
  }

  #enter(actor: Actor): () => void {
    const holder = personOf(actor)?.userId ?? actor.kind;
    const open = this.#open.get(holder) ?? 0;
    if (open >= MOST_STREAMS) {
      throw new AppError('rate_limited', `You have ${MOST_STREAMS} live streams open already.`, {
        retryAfterSeconds: 10,
        remedy: 'Close pages or programs that you do not need.',
      });
    }
    this.#open.set(holder, open + 1);
    return () => {
      const left = (this.#open.get(holder) ?? 1) - 1;
      if (left === 0) this.#open.delete(holder);
      else this.#open.set(holder, left);
    };
  }
}

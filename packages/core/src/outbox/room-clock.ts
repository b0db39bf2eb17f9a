import type { Signals } from '@slimy/cache';
import type { Repositories } from '@slimy/db';
import type { Actor } from '../caller.js';
import type { Logger } from '../logger.js';

/** All who wait look at least this often, in milliseconds: a stream ends within a second of its right to go on. */
const LOOK_EVERY_MS = 800;

/** The channel that wakes the streams of a session, or of a personal API token, by its id. */
export function sessionChannel(id: string): string {
  return `session:${id}`;
}

/** What an actor's streams hang on: the id of their session or token; null for the bot. */
function credentialOf(actor: Actor): string | null {
  if (actor.kind === 'user') return actor.sessionId;
  return actor.kind === 'token' ? actor.tokenId : null;
}

/** Why somebody was woken: the room's last place as of now, or null when something happened and they should look. */
export type Woken = bigint | null;

/**
 * Lets streams wait for the next thing to look at. Signals wake at once; for those that were lost, one query a
 * tick asks for the places of all rooms that anybody in this process watches.
 */
export class RoomClock {
  readonly #signals: Signals;
  readonly #repositories: Repositories;
  readonly #logger: Logger;
  readonly #waiting = new Map<(woken: Woken) => void, string>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(signals: Signals, repositories: Repositories, logger: Logger) {
    this.#signals = signals;
    this.#repositories = repositories;
    this.#logger = logger;
  }

  /** Resolves when something happened in the room or to the caller's session or token, or when it is time to look anyway. */
  woken(room: string, actor: Actor, signal: AbortSignal): Promise<Woken> {
    if (this.#stopped) return Promise.resolve(null);
    return new Promise((resolve) => {
      const credential = credentialOf(actor);
      const channels = credential === null ? [room] : [room, sessionChannel(credential)];
      const wake = (woken: Woken) => {
        this.#waiting.delete(wake);
        for (const stop of stops) stop();
        signal.removeEventListener('abort', look);
        resolve(woken);
      };
      const look = () => wake(null);
      const stops = channels.map((channel) => this.#signals.subscribe(channel, look));
      this.#waiting.set(wake, room);
      this.#timer ??= setTimeout(() => void this.#tick(), LOOK_EVERY_MS);
      signal.addEventListener('abort', look, { once: true });
      if (signal.aborted) look();
    });
  }

  /** Whether the program stops: whoever is woken then should end. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Wakes everybody for the last time. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const wake of this.#waiting.keys()) wake(null);
  }

  async #tick(): Promise<void> {
    const waiting = [...this.#waiting];
    let places = new Map<string, bigint>();
    try {
      const rooms = [...new Set(waiting.map(([, room]) => room))];
      if (rooms.length > 0) places = await this.#repositories.outbox.lastSequences(rooms);
    } catch (error) {
      // They look for themselves and are told of the failure there.
      this.#logger.debug({ err: error }, 'the places of watched rooms could not be read');
    }
    this.#timer = undefined;
    for (const [wake, room] of waiting) wake(places.get(room) ?? 0n);
  }
}

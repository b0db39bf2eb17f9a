import { defaultLimits, type CacheLogger, type RedisSettings } from './options.js';
import { connectRedis } from './redis/connect.js';
import { withDeadline } from './redis/deadline.js';
import type { RedisPort, RedisSubscription } from './redis/port.js';

export type SignalListener = (payload: string) => void;

/**
 * Wake-ups between processes. They hurry somebody who would look anyway: one may be lost, so nobody
 * may depend on it. Neither publishing nor listening ever fails because of Redis.
 */
export interface Signals {
  /** Tells all listeners of the channel, those of this process at once, the others through Redis. */
  publish(channel: string, payload: string): void;
  /** Hears a channel until the returned function is called. An error of the listener is logged. */
  subscribe(channel: string, listener: SignalListener): () => void;
  close(): Promise<void>;
}

export interface SignalsOptions {
  /** Without it signals stay inside this process. */
  readonly redis?: RedisSettings | undefined;
  /** Put before every channel. Default `slimy:`. */
  readonly prefix?: string | undefined;
  readonly logger?: CacheLogger | undefined;
}

const separator = '\n';

class SignalHub implements Signals {
  readonly #listeners = new Map<string, Set<SignalListener>>();
  readonly #logger: CacheLogger | undefined;
  readonly #channel: string;
  readonly #origin = crypto.randomUUID();
  readonly #port: RedisPort | undefined;
  readonly #subscription: RedisSubscription | undefined;

  constructor(options: SignalsOptions) {
    this.#logger = options.logger;
    this.#channel = `${options.prefix ?? 'slimy:'}signals`;
    if (options.redis !== undefined) {
      const nothing = (): void => {};
      // That Redis goes and comes is told by the cache; signals have nothing to add.
      const { port } = connectRedis(options.redis, { up: nothing, down: nothing });
      this.#port = port;
      this.#subscription = port.subscribe(this.#channel, {
        message: (text) => this.#receive(text.toString()),
        subscribed: nothing,
        lost: nothing,
      });
    }
  }

  publish(channel: string, payload: string): void {
    if (channel.includes(separator)) {
      throw new TypeError('a signal channel must not contain a line break');
    }
    this.#tell(channel, payload);
    if (this.#port?.connected) {
      const text = [this.#origin, channel, payload].join(separator);
      withDeadline(this.#port.send([['PUBLISH', this.#channel, text]]), defaultLimits.commandMs).catch(() => {
        // Listeners elsewhere look by themselves; see the promise above.
      });
    }
  }

  subscribe(channel: string, listener: SignalListener): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) {
        this.#listeners.delete(channel);
      }
    };
  }

  close(): Promise<void> {
    this.#listeners.clear();
    this.#subscription?.close();
    this.#port?.close();
    return Promise.resolve();
  }

  #receive(text: string): void {
    const [origin, channel, ...rest] = text.split(separator);
    if (origin !== this.#origin && channel !== undefined) {
      this.#tell(channel, rest.join(separator));
    }
  }

  #tell(channel: string, payload: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) {
      try {
        listener(payload);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#logger?.warn(`a listener of the signal ${channel} failed: ${reason}`);
      }
    }
  }
}

/** Makes wake-ups between processes, or inside this one without Redis. */
export function createSignals(options: SignalsOptions = {}): Signals {
  return new SignalHub(options);
}

import type { Redis } from 'ioredis';
import type { RedisSubscriber, RedisSubscription } from './port.js';

const heartbeatMs = 500;
const reconnectMs = 50;

/** One channel on a connection of its own; a lost connection is replaced by a new one. */
export class Subscription implements RedisSubscription {
  readonly #channel: string;
  readonly #connect: () => Redis;
  readonly #listener: RedisSubscriber;
  readonly #heartbeat: NodeJS.Timeout;
  #client: Redis | undefined;
  #retry: NodeJS.Timeout | undefined;
  #live = false;
  #closed = false;

  constructor(channel: string, connect: () => Redis, listener: RedisSubscriber) {
    this.#channel = channel;
    this.#connect = connect;
    this.#listener = listener;
    // A command in flight is what makes the client notice a connection that went silent.
    this.#heartbeat = setInterval(() => {
      if (this.#live) {
        this.#client?.ping().catch(() => this.#client?.disconnect());
      }
    }, heartbeatMs);
    this.#heartbeat.unref();
    this.#start();
  }

  get live(): boolean {
    return this.#live;
  }

  #start(): void {
    const client = this.#connect();
    this.#client = client;
    let ended = false;
    const replace = (): void => {
      if (!ended) {
        ended = true;
        client.disconnect();
        this.#lose();
      }
    };
    client.on('messageBuffer', (_channel: Buffer, message: Buffer) => {
      if (!ended && !this.#closed) {
        this.#listener.message(message);
      }
    });
    // The reason is told by the connection that carries the commands.
    client.on('error', replace);
    client.on('close', replace);
    const listen = async (): Promise<void> => {
      await client.connect();
      await client.subscribe(this.#channel);
      if (!ended && !this.#closed) {
        this.#live = true;
        this.#listener.subscribed();
      }
    };
    listen().catch(replace);
  }

  #lose(): void {
    if (this.#live) {
      this.#live = false;
      this.#listener.lost();
    }
    if (!this.#closed) {
      this.#retry = setTimeout(() => this.#start(), reconnectMs);
      this.#retry.unref();
    }
  }

  close(): void {
    this.#closed = true;
    this.#live = false;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retry);
    this.#client?.disconnect();
  }
}

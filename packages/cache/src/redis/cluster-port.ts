import type { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './address.js';
import { clusterClient, singleClient } from './client.js';
import type {
  RedisArgument,
  RedisCommand,
  RedisPort,
  RedisPortEvents,
  RedisScript,
  RedisSubscriber,
  RedisSubscription,
} from './port.js';
import { runIdentity } from './single-port.js';
import { Subscription } from './subscription.js';

/** A Redis Cluster. Its commands of one tick go out together, one pipeline for each node. */
export class ClusterPort implements RedisPort {
  readonly clustered = true;
  readonly #client: Cluster;
  readonly #address: RedisAddress;
  readonly #subscriptions = new Set<RedisSubscription>();
  #closed = false;
  #lastError = 'connection closed';
  #nextSubscriber = 0;

  constructor(address: RedisAddress, events: RedisPortEvents) {
    this.#address = address;
    this.#client = clusterClient(address);
    this.#client.on('ready', events.up);
    this.#client.on('error', (error: Error) => {
      this.#lastError = error.message;
    });
    this.#client.on('node error', (error: Error) => {
      this.#lastError = error.message;
    });
    this.#client.on('close', () => {
      if (!this.#closed) {
        events.down(this.#lastError);
      }
    });
    this.#client.connect().catch((error: unknown) => {
      this.#lastError = error instanceof Error ? error.message : String(error);
    });
  }

  get connected(): boolean {
    return this.#client.status === 'ready';
  }

  readMany(keys: readonly string[]): Promise<(Buffer | null)[]> {
    // MGET of one key, because it answers "nothing" for a key that holds no text where GET fails.
    return Promise.all(
      keys.map(async (key) => {
        const [value] = await this.#client.mgetBuffer(key);
        return value ?? null;
      }),
    );
  }

  send(commands: readonly RedisCommand[]): Promise<unknown[]> {
    return Promise.all(commands.map(([name, ...parts]) => this.#client.callBuffer(name, parts)));
  }

  async run(script: RedisScript, keys: readonly string[], parts: readonly RedisArgument[]): Promise<unknown> {
    const rest = [keys.length, ...keys, ...parts];
    try {
      return await this.#client.callBuffer('EVALSHA', [script.sha, ...rest]);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
        return this.#client.callBuffer('EVAL', [script.text, ...rest]);
      }
      throw error;
    }
  }

  async fingerprint(): Promise<string> {
    const masters = await Promise.all(
      this.#client.nodes('master').map(async (node) => runIdentity(await node.info('server'))),
    );
    return masters.toSorted().join(',');
  }

  subscribe(channel: string, listener: RedisSubscriber): RedisSubscription {
    const subscription = new Subscription(channel, () => this.#subscriberClient(), listener);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Any node carries all messages; after a loss the next one is tried. */
  #subscriberClient(): Redis {
    const known = this.#client
      .nodes('all')
      .map((node) => ({ host: node.options.host ?? '', port: node.options.port ?? 0 }));
    const hosts = known.length > 0 ? known : this.#address.hosts;
    const host = hosts[this.#nextSubscriber % hosts.length] ?? this.#address.hosts[0];
    this.#nextSubscriber += 1;
    return singleClient({ ...this.#address, kind: 'single', hosts: [host] }, { retryStrategy: null });
  }

  close(): void {
    this.#closed = true;
    for (const subscription of this.#subscriptions) {
      subscription.close();
    }
    this.#client.disconnect();
  }
}

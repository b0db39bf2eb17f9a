import type { Redis } from 'ioredis';
import type { RedisAddress } from './address.js';
import { singleClient } from './client.js';
import type {
  KeyWork,
  RedisArgument,
  RedisCommand,
  RedisPort,
  RedisPortEvents,
  RedisScript,
  RedisSubscriber,
  RedisSubscription,
} from './port.js';
import { withDeadline } from './deadline.js';
import { Subscription } from './subscription.js';

/** The parts of `INFO` that are new after a restart and after a promotion from replica to master. */
function identityOf(info: string): string {
  const run = /^run_id:(\w+)/m.exec(info)?.[1] ?? '';
  const history = /^master_replid:(\w+)/m.exec(info)?.[1] ?? '';
  return `${run}:${history}`;
}

/** Commands of one caller that wait for the end of the tick. */
interface Sending {
  readonly commands: readonly RedisCommand[];
  readonly resolve: (replies: unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Callers in one pipeline. With more than that at once several pipelines overlap: Redis works on one
 * while the next is written and the answers before are read.
 */
const pipelineCallers = 32;

const reconnectMs = 100;

/** Keys that Redis looks at in one step of a scan, and the milliseconds it may take. */
const scannedAtOnce = 500;
const scanMs = 2_000;

/** One Redis server, or the master behind Sentinels. */
export class SinglePort implements RedisPort {
  readonly clustered = false;
  readonly #client: Redis;
  readonly #address: RedisAddress;
  readonly #subscriptions = new Set<RedisSubscription>();
  #closed = false;
  #again: NodeJS.Timeout | undefined;
  #open: Sending[] = [];
  #lastError = 'connection closed';

  constructor(address: RedisAddress, events: RedisPortEvents) {
    this.#address = address;
    this.#client = singleClient(address);
    this.#client.on('ready', events.up);
    this.#client.on('error', (error: Error) => {
      this.#lastError = error.message;
    });
    this.#client.on('close', () => {
      if (!this.#closed) {
        events.down(this.#lastError);
      }
    });
    // The client gives up for good when a failover falls into the moment in which it asks the Sentinels.
    this.#client.on('end', () => {
      if (!this.#closed) {
        this.#again = setTimeout(() => this.#connect(), reconnectMs);
      }
    });
    this.#connect();
  }

  #connect(): void {
    this.#client.connect().catch((error: unknown) => {
      this.#lastError = error instanceof Error ? error.message : String(error);
    });
  }

  get connected(): boolean {
    return this.#client.status === 'ready';
  }

  readMany(keys: readonly string[]): Promise<(Buffer | null)[]> {
    return this.#client.mgetBuffer([...keys]);
  }

  send(commands: readonly RedisCommand[]): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const waiting = this.#open.push({ commands, resolve, reject });
      if (waiting === 1) {
        process.nextTick(() => this.#flush());
      } else if (waiting >= pipelineCallers) {
        this.#flush();
      }
    });
  }

  /** The commands of one tick go out as few pipelines. */
  #flush(): void {
    const sendings = this.#open;
    if (sendings.length === 0) {
      return;
    }
    this.#open = [];
    this.#exchange(sendings).catch((error: unknown) => {
      for (const sending of sendings) {
        sending.reject(error);
      }
    });
  }

  async #exchange(sendings: readonly Sending[]): Promise<void> {
    const pipeline = this.#client.pipeline();
    for (const { commands } of sendings) {
      for (const [name, ...parts] of commands) {
        pipeline.callBuffer(name, parts);
      }
    }
    const replies = (await pipeline.exec()) ?? [];
    let position = 0;
    for (const { commands, resolve, reject } of sendings) {
      const own: unknown[] = [];
      let failure: Error | null = null;
      for (const end = position + commands.length; position < end; position += 1) {
        const [error, reply] = replies[position] ?? [null, null];
        failure ??= error;
        own.push(reply);
      }
      if (failure === null) {
        resolve(own);
      } else {
        reject(failure);
      }
    }
  }

  async run(script: RedisScript, keys: readonly string[], parts: readonly RedisArgument[]): Promise<unknown> {
    const rest = [keys.length, ...keys, ...parts];
    try {
      const [reply] = await this.send([['EVALSHA', script.sha, ...rest]]);
      return reply;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
        const [reply] = await this.send([['EVAL', script.text, ...rest]]);
        return reply;
      }
      throw error;
    }
  }

  async load(scripts: readonly RedisScript[]): Promise<void> {
    await this.send(scripts.map(({ text }) => ['SCRIPT', 'LOAD', text]));
  }

  async eachKey(prefix: string, work: KeyWork): Promise<'all' | 'enough'> {
    const pattern = `${prefix.replaceAll(/[*?[\]\\]/g, '\\$&')}*`;
    let cursor = '0';
    do {
      const scan = this.send([['SCAN', cursor, 'MATCH', pattern, 'COUNT', scannedAtOnce]]);
      const [reply] = await withDeadline(scan, scanMs);
      const [next, keys]: readonly unknown[] = Array.isArray(reply) ? reply : [];
      if ((await work(Array.isArray(keys) ? keys.map(String) : [])) === 'enough') {
        return 'enough';
      }
      cursor = next instanceof Buffer ? next.toString() : '0';
    } while (cursor !== '0');
    return 'all';
  }

  async fingerprint(): Promise<string> {
    const sections = await this.send([
      ['INFO', 'server'],
      ['INFO', 'replication'],
    ]);
    return identityOf(sections.map(String).join('\n'));
  }

  subscribe(channel: string, listener: RedisSubscriber): RedisSubscription {
    const subscription = new Subscription(
      channel,
      () => singleClient(this.#address, { retryStrategy: null }),
      listener,
    );
    this.#subscriptions.add(subscription);
    return subscription;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    for (const subscription of this.#subscriptions) {
      subscription.close();
    }
    this.#client.disconnect();
  }
}

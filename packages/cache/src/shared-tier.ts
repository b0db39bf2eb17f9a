import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { everything } from './dependencies.js';
import { StoredEntry } from './entry.js';
import { epochText, newEpoch, readEpoch } from './epoch.js';
import type { CacheLimits, Clock } from './options.js';
import { withDeadline } from './redis/deadline.js';
import type { Plan } from './plan.js';
import type { RedisLink } from './redis/link.js';
import type { RedisCommand, RedisPort } from './redis/port.js';
import { BatchedReader, type Replies } from './redis/read-batch.js';
import { leaseScript, prepareScript, releaseScript, renewScript } from './redis/scripts.js';
import type { SharedNames } from './shared-names.js';

/** What one read of the shared tier found. */
export interface SharedRead {
  /** The entry under the key; `undefined` for none, `corrupt` for one that cannot be read. */
  readonly entry: StoredEntry | 'corrupt' | undefined;
  /** The live epochs of the dependencies; `undefined` where there is none (now). */
  readonly epochs: readonly (number | undefined)[];
}

/** What a load needs to know before it begins. */
export interface Preparation {
  /** All epochs, or `undefined` when one is marked by a writer: the value must not be stored. */
  readonly epochs: readonly number[] | undefined;
  /** Whether this process is to load, or another one does already. */
  readonly lease: 'won' | 'lost' | 'none';
}

function readEpochsOnly(replies: Replies): SharedRead | undefined {
  return replies === undefined ? undefined : { entry: undefined, epochs: replies.map(readEpoch) };
}

function readEntry(replies: Replies): SharedRead | undefined {
  if (replies === undefined) {
    return undefined;
  }
  const last = replies.length - 1;
  const epochs: (number | undefined)[] = [];
  for (let index = 0; index < last; index += 1) {
    epochs.push(readEpoch(replies[index]));
  }
  const bytes = replies[last];
  return { epochs, entry: bytes ? (StoredEntry.read(bytes) ?? 'corrupt') : undefined };
}

function leaseOf(reply: unknown): Preparation['lease'] {
  const text = reply instanceof Buffer ? reply.toString() : '';
  return text === 'won' || text === 'lost' ? text : 'none';
}

const knownEpochs = 20_000;
const extendEveryMs = 3_600_000;

/** The entries, epochs and leases in Redis. Every method but `read` throws when Redis fails. */
export class SharedTier {
  readonly link: RedisLink;
  readonly names: SharedNames;
  readonly #limits: CacheLimits;
  readonly #clock: Clock;
  readonly #reader: BatchedReader<SharedRead | undefined>;
  readonly #owner = randomBytes(9).toString('base64url');
  /** Epochs seen lately: an old one only makes an entry be born dead. */
  readonly #known = new LRUCache<string, { readonly epoch: number; extendedAt: number }>({
    max: knownEpochs,
  });
  #leases = 0;
  #clockOffset = 0;

  constructor(link: RedisLink, names: SharedNames, limits: CacheLimits, clock: Clock) {
    this.link = link;
    this.names = names;
    this.#limits = limits;
    this.#clock = clock;
    this.#reader = new BatchedReader(link, limits);
  }

  /** Milliseconds on the clock of Redis, which all processes share; steps of local clocks do not move it. */
  now(): number {
    return Math.max(0, Math.round(this.#clock.monotonic() + this.#clockOffset));
  }

  /** Sets the shared clock by Redis. */
  async readClock(): Promise<void> {
    const [time] = await this.link.port.send([['TIME']]);
    if (Array.isArray(time)) {
      const milliseconds = Number(String(time[0])) * 1_000 + Number(String(time[1])) / 1_000;
      this.#clockOffset = milliseconds - this.#clock.monotonic();
    }
  }

  /** The entry and the live epochs in one round trip; `undefined` when Redis did not answer in time. */
  read(plan: Plan, hedged: boolean): Promise<SharedRead | undefined> {
    return this.#reader.read(plan.allKeys, hedged, readEntry);
  }

  /** The live epochs alone. */
  readEpochs(plan: Plan, hedged: boolean): Promise<SharedRead | undefined> {
    return this.#reader.read(plan.epochKeys, hedged, readEpochsOnly);
  }

  /**
   * Makes the epochs that are missing and, with an owner, tries to take the lease of the key: one
   * round trip (two on a Cluster), none when there is nothing to do. When it throws, the lease may
   * have been taken all the same.
   */
  prepare(
    plan: Plan,
    found: readonly (number | undefined)[],
    leaseOwner: string | undefined,
    milliseconds: number,
  ): Promise<Preparation> {
    const complete = found.filter((epoch) => epoch !== undefined);
    if (leaseOwner === undefined && complete.length === found.length) {
      return Promise.resolve({ epochs: complete, lease: 'none' });
    }
    const exchange = this.link.ask(
      (port) =>
        port.clustered
          ? this.#prepareCluster(port, plan, found, leaseOwner)
          : this.#prepareSingle(port, plan, leaseOwner),
      Math.max(milliseconds, this.#limits.commandMs),
    );
    return withDeadline(exchange, milliseconds);
  }

  async #prepareSingle(port: RedisPort, plan: Plan, leaseOwner: string | undefined): Promise<Preparation> {
    const { names, key } = plan;
    const keys = [...plan.epochKeys, this.names.lease(key)];
    const reply = await port.run(prepareScript, keys, [
      epochText(newEpoch()),
      this.#limits.epochMs,
      leaseOwner ?? '',
      this.#limits.leaseMs,
    ]);
    const parts: unknown[] = Array.isArray(reply) ? reply : [];
    const epochs = this.#learn(names, parts);
    return { epochs, lease: leaseOf(parts[names.length]) };
  }

  async #prepareCluster(
    port: RedisPort,
    plan: Plan,
    found: readonly (number | undefined)[],
    leaseOwner: string | undefined,
  ): Promise<Preparation> {
    const { names, key } = plan;
    const missing = names.filter((_, index) => found[index] === undefined);
    const commands = missing.flatMap((name): RedisCommand[] => [
      this.#createEpoch(name),
      ['MGET', this.names.epoch(name)],
    ]);
    const replies = commands.length === 0 ? [] : await port.send(commands);
    const made = replies.filter((_, index) => index % 2 === 1).flat();
    const parts = found.map((epoch) => (epoch === undefined ? made.shift() : epochText(epoch)));
    const epochs = this.#learn(names, parts);
    if (leaseOwner === undefined || epochs === undefined) {
      return { epochs, lease: 'none' };
    }
    const lease = await port.run(
      leaseScript,
      [this.names.lease(key)],
      [leaseOwner, Buffer.concat(epochs.map(epochText)), this.#limits.leaseMs],
    );
    return { epochs, lease: leaseOf(lease) };
  }

  /** The epochs in replies, all of them or `undefined`. */
  #learn(names: readonly string[], replies: readonly unknown[]): number[] | undefined {
    const epochs: number[] = [];
    for (const [index, name] of names.entries()) {
      const reply = replies[index];
      const epoch = reply instanceof Buffer ? readEpoch(reply) : undefined;
      if (epoch === undefined) {
        return undefined;
      }
      epochs.push(epoch);
      if (this.#known.peek(name)?.epoch !== epoch) {
        this.#known.set(name, { epoch, extendedAt: this.#clock.monotonic() });
      }
    }
    return epochs;
  }

  /** The epochs this process saw last, where it saw any. */
  known(plan: Plan): readonly (number | undefined)[] {
    return plan.names.map((name) => this.#known.get(name)?.epoch);
  }

  /** The same, when it has seen all of them. */
  allKnown(plan: Plan): number[] | undefined {
    const epochs: number[] = [];
    for (const name of plan.names) {
      const known = this.#known.get(name);
      if (known === undefined) {
        return undefined;
      }
      epochs.push(known.epoch);
    }
    return epochs;
  }

  remember(names: readonly string[], epoch: number | undefined): void {
    for (const name of names) {
      if (epoch === undefined) {
        this.#known.delete(name);
      } else {
        this.#known.set(name, { epoch, extendedAt: this.#clock.monotonic() });
      }
    }
  }

  forgetAll(): void {
    this.#known.clear();
  }

  /** Stores an entry; resolves to true. */
  store(plan: Plan, epochs: readonly number[], entry: Buffer, lifetimeMs: number): Promise<true> {
    const commands = this.#extensions(plan, epochs, lifetimeMs);
    commands.push(['SET', plan.allKeys.at(-1) ?? '', entry, 'PX', lifetimeMs]);
    return this.link.ask((port) => port.send(commands), this.#limits.storeMs).then(() => true);
  }

  newLeaseOwner(): string {
    this.#leases += 1;
    return `${this.#owner}:${this.#leases}`;
  }

  async release(key: string, leaseOwner: string): Promise<void> {
    await this.link.ask(
      (port) => port.run(releaseScript, [this.names.lease(key)], [leaseOwner]),
      this.#limits.commandMs,
    );
  }

  async renew(key: string, leaseOwner: string): Promise<void> {
    await this.link.ask(
      (port) => port.run(renewScript, [this.names.lease(key)], [leaseOwner, this.#limits.leaseMs]),
      this.#limits.commandMs,
    );
  }

  #createEpoch(name: string): RedisCommand {
    const epoch = epochText(newEpoch());
    const key = this.names.epoch(name);
    return name === everything
      ? ['SET', key, epoch, 'NX']
      : ['SET', key, epoch, 'NX', 'PX', this.#limits.epochMs];
  }

  /** Epochs in use are kept: once an hour from each process that stores something under them. */
  #extensions(plan: Plan, epochs: readonly number[], lifetimeMs: number): RedisCommand[] {
    const now = this.#clock.monotonic();
    const longLived = 2 * lifetimeMs > this.#limits.epochMs;
    const commands: RedisCommand[] = [];
    for (const [index, name] of plan.names.entries()) {
      const epoch = epochs[index];
      if (name === everything || epoch === undefined) {
        continue;
      }
      const known = this.#known.peek(name);
      if (longLived || known === undefined || now - known.extendedAt > extendEveryMs) {
        this.#known.set(name, { epoch, extendedAt: now });
        commands.push(['PEXPIRE', this.names.epoch(name), Math.max(this.#limits.epochMs, 2 * lifetimeMs)]);
      }
    }
    return commands;
  }
}

import type { HostAndPort, RedisAddress } from './address.js';
import { singleClient } from './client.js';
import { withDeadline } from './deadline.js';
import { movedTo, nodeName, readTopology, type ClusterTopology } from './cluster-topology.js';
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
import { SinglePort } from './single-port.js';
import { slotOf } from './slots.js';
import { Subscription } from './subscription.js';

const connectMs = 1_000;
const retryMs = 100;

/** The masters of a Cluster, each with a connection. */
interface Masters {
  readonly topology: ClusterTopology;
  readonly ports: readonly SinglePort[];
  /** Who has a slot now, where that has moved since. */
  readonly moved: Map<number, number>;
}

/**
 * A Redis Cluster. What one tick sends goes out as one pipeline for each master. The loss of a
 * master, or a master not known before, counts as the loss of the connection: the topology is read
 * anew, and nothing is trusted until the cache has made that right.
 */
export class ClusterPort implements RedisPort {
  readonly clustered = true;
  readonly #address: RedisAddress;
  readonly #events: RedisPortEvents;
  readonly #subscriptions = new Set<RedisSubscription>();
  #masters: Masters | undefined;
  #known: readonly HostAndPort[];
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  #nextNode = 0;

  constructor(address: RedisAddress, events: RedisPortEvents) {
    this.#address = address;
    this.#events = events;
    this.#known = address.hosts;
    void this.#connect();
  }

  get connected(): boolean {
    return this.#masters !== undefined;
  }

  async readMany(keys: readonly string[]): Promise<(Buffer | null)[]> {
    const bySlot = new Map<number, { readonly keys: string[]; readonly positions: number[] }>();
    for (const [position, key] of keys.entries()) {
      const slot = slotOf(key);
      const group = bySlot.get(slot) ?? { keys: [], positions: [] };
      bySlot.set(slot, group);
      group.keys.push(key);
      group.positions.push(position);
    }
    const values: (Buffer | null)[] = Array.from({ length: keys.length }, () => null);
    await Promise.all(
      [...bySlot].map(async ([slot, group]) => {
        const reply = await this.#sendTo(slot, ['MGET', ...group.keys]);
        for (const [index, position] of group.positions.entries()) {
          const value: unknown = Array.isArray(reply) ? reply[index] : null;
          values[position] = value instanceof Buffer ? value : null;
        }
      }),
    );
    return values;
  }

  send(commands: readonly RedisCommand[]): Promise<unknown[]> {
    return Promise.all(
      commands.map((command) => {
        const [name, key] = command;
        return typeof key === 'string' && name !== 'PUBLISH'
          ? this.#sendTo(slotOf(key), command)
          : this.#sendToAny(command);
      }),
    );
  }

  async run(script: RedisScript, keys: readonly string[], parts: readonly RedisArgument[]): Promise<unknown> {
    const slot = slotOf(keys[0] ?? '');
    const rest = [keys.length, ...keys, ...parts];
    try {
      return await this.#sendTo(slot, ['EVALSHA', script.sha, ...rest]);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
        return this.#sendTo(slot, ['EVAL', script.text, ...rest]);
      }
      throw error;
    }
  }

  async load(scripts: readonly RedisScript[]): Promise<void> {
    await Promise.all(this.#present().ports.map((port) => port.load(scripts)));
  }

  async eachKey(prefix: string, work: KeyWork): Promise<'all' | 'enough'> {
    for (const port of this.#present().ports) {
      if ((await port.eachKey(prefix, work)) === 'enough') {
        return 'enough';
      }
    }
    return 'all';
  }

  async fingerprint(): Promise<string> {
    const { ports } = this.#present();
    const prints = await Promise.all(ports.map((port) => port.fingerprint()));
    return prints.toSorted().join(' ');
  }

  subscribe(channel: string, listener: RedisSubscriber): RedisSubscription {
    const subscription = new Subscription(channel, () => this.#anyClient(), listener);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const subscription of this.#subscriptions) {
      subscription.close();
    }
    this.#drop();
  }

  #present(): Masters {
    if (this.#masters === undefined) {
      throw new Error('the Redis Cluster is not connected');
    }
    return this.#masters;
  }

  async #sendTo(slot: number, command: RedisCommand): Promise<unknown> {
    const { topology, ports, moved } = this.#present();
    const port = ports[moved.get(slot) ?? topology.owners[slot] ?? -1];
    if (port === undefined) {
      throw new Error(`no master has slot ${slot}`);
    }
    try {
      return await firstReply(port, command);
    } catch (error) {
      const target = movedTo(error);
      if (target === undefined) {
        throw error;
      }
      // Its data went with the slot when a master that was there all the time has it now.
      const position = topology.masters.findIndex((node) => nodeName(node) === target.node);
      const other = ports[position];
      if (other === undefined || target.slot !== slot) {
        this.#lose(`slot ${slot} has moved to ${target.node}`);
        throw error;
      }
      moved.set(slot, position);
      return firstReply(other, command);
    }
  }

  #sendToAny(command: RedisCommand): Promise<unknown> {
    const { ports } = this.#present();
    if (command[0] === 'PING') {
      return Promise.all(ports.map((port) => firstReply(port, command)));
    }
    const port = ports[0];
    return port === undefined
      ? Promise.reject(new Error('the Redis Cluster has no masters'))
      : firstReply(port, command);
  }

  async #connect(): Promise<void> {
    let reason = 'no node answers';
    for (const node of this.#known) {
      try {
        await this.#connectThrough(node);
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    this.#known = this.#address.hosts;
    this.#lose(reason);
  }

  async #connectThrough(node: HostAndPort): Promise<void> {
    const client = singleClient(this.#nodeAddress(node), { retryStrategy: null });
    let topology: ClusterTopology;
    // The reason comes with the rejected promise.
    client.on('error', () => {});
    try {
      await client.connect();
      topology = readTopology(await client.callBuffer('CLUSTER', ['SLOTS']), node);
    } finally {
      client.disconnect();
    }
    const nodes = topology.masters.map((master) => this.#open(master));
    const ports = nodes.map(({ port }) => port);
    try {
      await Promise.all(nodes.map(({ ready }) => ready));
    } catch (error) {
      closeAll(ports);
      throw error;
    }
    if (this.#closed) {
      closeAll(ports);
      return;
    }
    this.#known = [...topology.masters, ...this.#address.hosts];
    this.#masters = { topology, ports, moved: new Map() };
    this.#events.up();
  }

  #open(master: HostAndPort): { readonly port: SinglePort; readonly ready: Promise<void> } {
    let connected = (): void => {};
    let failed = (_reason: string): void => {};
    const ready = new Promise<void>((resolve, reject) => {
      connected = resolve;
      failed = (reason) => reject(new Error(`${nodeName(master)}: ${reason}`));
    });
    const port: SinglePort = new SinglePort(this.#nodeAddress(master), {
      up: connected,
      down: (reason) => {
        failed(reason);
        if (this.#masters?.ports.includes(port)) {
          this.#lose(`${nodeName(master)}: ${reason}`);
        }
      },
    });
    return { port, ready: withDeadline(ready, connectMs) };
  }

  #nodeAddress(node: HostAndPort): RedisAddress {
    return { ...this.#address, kind: 'single', hosts: [node] };
  }

  #lose(reason: string): void {
    this.#drop();
    if (this.#closed) {
      return;
    }
    this.#events.down(reason);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      void this.#connect();
    }, retryMs);
    this.#retry.unref();
  }

  #drop(): void {
    const ports = this.#masters?.ports ?? [];
    this.#masters = undefined;
    closeAll(ports);
  }

  /** Any node carries all messages; after a loss the next one is tried. */
  #anyClient() {
    const node = this.#known[this.#nextNode % this.#known.length] ?? this.#address.hosts[0];
    this.#nextNode += 1;
    return singleClient(this.#nodeAddress(node), { retryStrategy: null });
  }
}

function closeAll(ports: readonly SinglePort[]): void {
  for (const port of ports) {
    port.close();
  }
}

async function firstReply(port: SinglePort, command: RedisCommand): Promise<unknown> {
  const [reply] = await port.send([command]);
  return reply;
}

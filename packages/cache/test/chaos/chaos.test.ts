import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  shortOrLong,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
  type PrivateRedis,
} from '@slimy/testing';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ChaosWorld, type Total } from './world.ts';

const runMs = shortOrLong(10_000, 60_000);
const failoverRunMs = shortOrLong(4_000, 60_000);

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}

/** Two writers and two readers live through faults; then everybody must agree with the database. */
async function run(
  url: string,
  faults: readonly ((world: ChaosWorld) => Promise<void>)[],
  pauseMs: number,
  milliseconds: number,
): Promise<Total> {
  const world = new ChaosWorld(url, `chaos:${randomBytes(4).toString('hex')}:`);
  try {
    for (const role of ['writer', 'writer', 'reader', 'reader'] as const) {
      world.start(role);
    }
    await eventually(() => world.total.writes > 50, 60_000);
    const end = performance.now() + milliseconds;
    for (let turn = 0; performance.now() < end; turn += 1) {
      await setTimeout(between(pauseMs / 2, pauseMs));
      await faults[turn % faults.length]?.(world);
    }
    await setTimeout(2_000);
    world.calm();
    await eventually(() => world.pending === 0, 60_000);
    await eventually(async () => (await world.survivors()) === 0, 60_000);
    return world.total;
  } finally {
    await world.end();
  }
}

function judge(name: string, total: Total): void {
  console.log(name, JSON.stringify(total));
  expect(total.errors).toEqual([]);
  expect(total.staleStrictReads).toBe(0);
  expect(total.strictReads).toBeGreaterThan(100);
  expect(total.latestDefaultMs).toBeLessThan(6_500);
}

async function master(servers: readonly PrivateRedis[]): Promise<PrivateRedis | undefined> {
  for (const server of servers) {
    // One that is being reconfigured ends the connection, and is none yet.
    const state = await server.command('INFO', 'replication').catch(() => '');
    if (state.includes('role:master')) {
      return server;
    }
  }
  return undefined;
}

describe('chaos: 4 processes, and faults one after the other', () => {
  test('Redis frozen, killed and restarted empty, its connections killed, writers killed', async () => {
    const server = await startRedis();
    const freeze = async (): Promise<void> => {
      server.suspend();
      await setTimeout(between(50, 1_500));
      server.resume();
    };
    const restartEmpty = async (): Promise<void> => {
      await server.kill();
      await setTimeout(between(0, 500));
      await server.restart();
    };
    const killConnections = (type: string) => async (): Promise<void> => {
      await server.command('CLIENT', 'KILL', 'TYPE', type);
    };
    try {
      const faults = [
        freeze,
        killConnections('pubsub'),
        (world: ChaosWorld) => world.killWriter(),
        restartEmpty,
        killConnections('normal'),
        (world: ChaosWorld) => world.killWriter(),
      ];
      judge('one Redis', await run(server.url, faults, 700, runMs));
    } finally {
      server.resume();
      await server.kill();
    }
  }, 180_000);

  test('Sentinel fails over', async () => {
    const sentinel = await startRedisSentinel();
    const failOver = async (): Promise<void> => {
      const old = await master(sentinel.servers);
      await old?.kill();
      const other = sentinel.servers.filter((server) => server !== old);
      await eventually(async () => (await master(other)) !== undefined, 30_000);
      await setTimeout(1_000);
      await old?.restart();
    };
    try {
      const faults = [failOver, (world: ChaosWorld) => world.killWriter()];
      judge('Sentinel', await run(sentinel.url, faults, 2_000, failoverRunMs));
    } finally {
      await sentinel.kill();
    }
  }, 240_000);

  test('a Cluster loses a master', async () => {
    const cluster = await startRedisCluster({ replicas: true });
    const loseMaster = async (): Promise<void> => {
      const old = await master(cluster.nodes.toSorted(() => Math.random() - 0.5));
      await old?.kill();
      const [asked] = cluster.nodes.filter((node) => node !== old);
      await eventually(
        async () => ((await asked?.command('CLUSTER', 'INFO')) ?? '').includes('cluster_state:ok'),
        30_000,
      );
      await setTimeout(2_000);
      await old?.restart();
      await setTimeout(3_000);
    };
    try {
      const faults = [loseMaster, (world: ChaosWorld) => world.killWriter()];
      judge('Cluster', await run(cluster.url, faults, 2_000, failoverRunMs));
    } finally {
      await cluster.kill();
    }
  }, 240_000);
});

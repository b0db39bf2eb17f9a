import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binaryPath, binaryVersion } from '../processes/binary.js';
import type { ProcessRecipe } from '../processes/private-process.js';
import { temporaryFolder } from '../processes/temporary-folder.js';
import { PrivateServer, startOnFreePort } from './private-server.js';
import { startRedis, type PrivateRedis } from './redis.js';

const master = 'slimy';

class PrivateSentinel extends PrivateServer {
  readonly #binary: string;
  readonly #configuration: string;

  constructor(port: number, binary: string, configuration: string) {
    super(port);
    this.#binary = binary;
    this.#configuration = configuration;
  }

  protected override recipe(): ProcessRecipe {
    return {
      command: this.#binary,
      args: [this.#configuration, '--sentinel'],
      ready: /Sentinel ID is/,
      timeout: 15_000,
    };
  }
}

async function startSentinel(binary: string, masterPort: number): Promise<PrivateSentinel> {
  return startOnFreePort(async (port) => {
    const folder = temporaryFolder('sentinel');
    const configuration = join(folder, 'sentinel.conf');
    await writeFile(
      configuration,
      [
        `port ${port}`,
        'bind 127.0.0.1',
        `dir ${folder}`,
        `sentinel monitor ${master} 127.0.0.1 ${masterPort} 2`,
        `sentinel down-after-milliseconds ${master} 500`,
        `sentinel failover-timeout ${master} 2000`,
        '',
      ].join('\n'),
    );
    return new PrivateSentinel(port, binary, configuration);
  });
}

/** One Redis and its replica, watched by three Sentinels that fail over within about a second. */
export interface PrivateRedisSentinel {
  readonly version: string;
  /** `redis-sentinel://…` with all three Sentinels. */
  readonly url: string;
  /** The two servers; the first one is the master at the start. */
  readonly servers: readonly [PrivateRedis, PrivateRedis];
  /** Ends everything. */
  kill(): Promise<void>;
}

/** Starts master, replica and Sentinels, and waits until the Sentinels know the replica. */
export async function startRedisSentinel(): Promise<PrivateRedisSentinel> {
  const binary = binaryPath(['redis-server', 'valkey-server'], 'redis-server');
  const first = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  const second = await startRedis({ args: ['--replicaof', '127.0.0.1', String(first.port)] });
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(binary, first.port)));
  const kill = async (): Promise<void> => {
    await Promise.all([...sentinels, first, second].map((server) => server.kill()));
  };
  try {
    await Promise.all(sentinels.map((sentinel) => knowsReplica(first, sentinel.port)));
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    version: await binaryVersion(binary),
    url: `redis-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join()}/${master}`,
    servers: [first, second],
    kill,
  };
}

const patienceMs = 20_000;

async function knowsReplica(redis: PrivateRedis, sentinelPort: number): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end;) {
    const state = await redis.commandAt(sentinelPort, 'SENTINEL', 'MASTER', master);
    if (/num-slaves\n[1-9]/.test(state) && /num-other-sentinels\n2/.test(state)) return;
  }
  throw new Error(`The Sentinel on port ${sentinelPort} did not find the replica and the other Sentinels.`);
}

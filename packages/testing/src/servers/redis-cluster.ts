import { freePort } from '../processes/free-port.js';
import { startRedis, type PrivateRedis } from './redis.js';

export interface RedisClusterOptions {
  /** Give each of the three masters a replica, which takes its place within about a second. */
  readonly replicas?: boolean;
}

/** A Redis Cluster of three masters. */
export interface PrivateRedisCluster {
  readonly version: string;
  /** `redis-cluster://…` with all nodes. */
  readonly url: string;
  /** The masters first, then their replicas in any order. */
  readonly nodes: readonly PrivateRedis[];
  /** Ends everything. */
  kill(): Promise<void>;
}

const nodeTimeoutMs = 1_000;
const patienceMs = 30_000;

async function startNode(): Promise<PrivateRedis> {
  const busPort = String(await freePort());
  const words = `--cluster-enabled yes --cluster-port ${busPort} --cluster-config-file nodes.conf
    --cluster-node-timeout ${nodeTimeoutMs} --cluster-replica-validity-factor 0
    --repl-diskless-sync-delay 0`;
  return startRedis({ args: words.split(/\s+/) });
}

/** Starts the nodes, joins them, and waits until each of them says that the cluster is well. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<PrivateRedisCluster> {
  const count = options.replicas ? 6 : 3;
  const nodes = await Promise.all(Array.from({ length: count }, startNode));
  const kill = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
  };
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  try {
    const [first] = nodes;
    if (!first) throw new Error('A cluster needs nodes.');
    const replicas = ['--cluster-replicas', options.replicas ? '1' : '0'];
    await first.command('--cluster', 'create', ...addresses, ...replicas, '--cluster-yes');
    await Promise.all(nodes.map((node) => isWell(node, count)));
    return { version: first.version, url: `redis-cluster://${addresses.join()}`, nodes, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function isWell(node: PrivateRedis, count: number): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end;) {
    const state = await node.command('CLUSTER', 'INFO');
    const joined = /cluster_state:ok/.test(state) && state.includes(`cluster_known_nodes:${count}`);
    // A replica that never had its master's data does not take its place.
    const replication = joined ? await node.command('INFO', 'replication') : '';
    if (/role:master|master_link_status:up/.test(replication)) return;
  }
  throw new Error(`The cluster node on port ${node.port} did not become well.`);
}

// Vitest global setup: a Redis behind Sentinels and a Redis Cluster for the whole run.
import { startRedisCluster, startRedisSentinel } from '@slimy/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    sentinelUrl: string;
    clusterUrl: string;
    /** The master first, then its replica. */
    sentinelDataPorts: number[];
    clusterDataPorts: number[];
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [sentinel, cluster] = await Promise.all([startRedisSentinel(), startRedisCluster()]);
  project.provide('sentinelUrl', sentinel.url);
  project.provide('clusterUrl', cluster.url);
  project.provide(
    'sentinelDataPorts',
    sentinel.servers.map(({ port }) => port),
  );
  project.provide(
    'clusterDataPorts',
    cluster.nodes.map(({ port }) => port),
  );
  return async () => {
    await Promise.all([sentinel.kill(), cluster.kill()]);
  };
}

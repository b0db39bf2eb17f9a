// Vitest global setup: one private Redis for the whole run.
import type { TestProject } from 'vitest/node';
import { startRedis } from '../servers/redis.js';
import { reportVersion } from './version-report.js';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startRedis();
  project.provide('redisUrl', server.url);
  await reportVersion(project, 'redis', server.version);
  return () => server.kill();
}

// Vitest global setup: one private MariaDB for the whole run.
import type { TestProject } from 'vitest/node';
import { startMariaDb } from '../servers/mariadb.js';
import { reportVersion } from './version-report.js';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startMariaDb();
  project.provide('mariadbUrl', server.url());
  await reportVersion(project, 'mariadb', server.version);
  return () => server.kill();
}

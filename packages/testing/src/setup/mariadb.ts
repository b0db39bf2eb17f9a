// Vitest global setup: one private MariaDB for the whole run, and a folder for templates of databases.
import type { TestProject } from 'vitest/node';
import { temporaryFolder } from '../processes/temporary-folder.js';
import { startMariaDb } from '../servers/mariadb.js';
import { reportVersion } from './version-report.js';

/** Making tables and keeping statistics costs half as much so; suites about either start a server of their own. */
const quickTables = ['--innodb-file-per-table=0', '--innodb-doublewrite=0', '--innodb-stats-persistent=0'];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startMariaDb({ args: quickTables });
  project.provide('mariadbUrl', server.url());
  project.provide('templatesFolder', temporaryFolder('templates'));
  await reportVersion(project, 'mariadb', server.version);
  return () => server.kill();
}

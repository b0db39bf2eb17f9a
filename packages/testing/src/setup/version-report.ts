import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Notes which version of a server the run used, where the summary of all packages finds it. */
export async function reportVersion(project: TestProject, server: string, version: string): Promise<void> {
  const folder = join(project.config.root, '.test-report', 'versions');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, server), version);
}

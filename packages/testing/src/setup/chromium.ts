// Vitest global setup: the suites of the run start Chromium themselves; here it is found before the first does.
import type { TestProject } from 'vitest/node';
import { chromiumNames } from '../browser/chromium.js';
import { binaryPath, binaryVersion } from '../processes/binary.js';
import { reportVersion } from './version-report.js';

export default async function setup(project: TestProject): Promise<void> {
  const path = binaryPath(chromiumNames, 'chromium');
  await reportVersion(project, 'chromium', await binaryVersion(path));
}

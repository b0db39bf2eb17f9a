// Reads what the suites of every package left in `.test-report`; turbo restores it for cached runs.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const folderName = '.test-report';
const resultsFile = 'results.json';

/** The folders that have suites: every workspace package, and the root's tools. */
export function suiteFolders(root) {
  const packages = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => join(group, name))
      .filter((folder) => existsSync(join(root, folder, 'package.json'))),
  );
  return [...packages, 'tools'];
}

/** Forgets earlier results, so that a package that did not get to its tests cannot show old ones. */
export function removeReports(root) {
  for (const folder of suiteFolders(root)) {
    rmSync(join(root, folder, folderName), { recursive: true, force: true });
  }
}

function testsOf(folder, file) {
  const path = relative(folder, file.name);
  return file.assertionResults.map(({ ancestorTitles, title, status, failureMessages }) => ({
    file: path,
    titles: [...ancestorTitles, title],
    status,
    // A test that passed keeps what the tries before said.
    failedBefore: status === 'passed' && failureMessages.length > 0,
  }));
}

function versionsOf(folder) {
  const versions = join(folder, folderName, 'versions');
  if (!existsSync(versions)) return {};
  return Object.fromEntries(
    readdirSync(versions).map((name) => [name, readFileSync(join(versions, name), 'utf8').trim()]),
  );
}

/**
 * @returns for each folder with a report its tests (file, titles from the outermost suite to the test,
 *   status, whether a try before failed), the files that failed outside any test, and the versions of the servers used.
 */
export function readReports(root) {
  return suiteFolders(root).flatMap((name) => {
    const folder = join(root, name);
    const results = join(folder, folderName, resultsFile);
    if (!existsSync(results)) return [];
    const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
    const failedFiles = testResults
      .filter(
        (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
      )
      .map((file) => relative(folder, file.name));
    const tests = testResults.flatMap((file) => testsOf(folder, file));
    return [{ name, tests, failedFiles, versions: versionsOf(folder) }];
  });
}

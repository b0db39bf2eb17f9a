// One summary over the suites of all packages.
import { variantErrors, variantOf } from './test-variants.mjs';

const engines = ['sqlite', 'mariadb'];
const caches = ['local', 'redis'];
const pairs = engines.flatMap((engine) => caches.map((cache) => `${engine}+${cache}`));
const kinds = ['browser', 'discord'];

function count(tests) {
  const counts = new Map();
  const add = (key) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { titles } of tests) {
    const tag = variantOf(titles)?.tag;
    if (tag) {
      for (const part of tag.split('+')) add(part);
      if (tag.includes('+')) add(tag);
    }
    for (const kind of kinds) if (titles.some((title) => title.includes(`[${kind}]`))) add(kind);
  }
  return counts;
}

function countLines(tests) {
  const counts = count(tests);
  const line = (label, keys) =>
    `  ${label.padEnd(9)}${keys.map((key) => `${key} ${counts.get(key) ?? 0}`).join(', ')}`;
  return [line('engine', engines), line('cache', caches), line('pair', pairs), line('also', kinds)];
}

function versionLine(reports, runtime) {
  const versions = new Map(Object.entries(runtime));
  for (const report of reports) {
    for (const [server, version] of Object.entries(report.versions)) versions.set(server, version);
  }
  return `  used     ${[...versions].map(([server, version]) => `${server} ${version}`).join(', ')}`;
}

/**
 * @param reports what `readReports` returns.
 * @param runtime versions of what runs the tests, such as `{ node: '20.20.2' }`.
 * @returns `lines` to print before the result, and how many tests `passed` and `failed`. Differences between
 *   variants, skipped tests and files that failed outside a test count as failed, one each.
 */
export function summarise(reports, runtime) {
  const tests = reports.flatMap((report) => report.tests.map((test) => ({ ...test, report: report.name })));
  const name = ({ report, file, titles }) => `${report}/${file}: ${titles.join(' > ')}`;
  const problems = [
    ...tests.filter((test) => test.status === 'failed').map((test) => `failed  ${name(test)}`),
    ...reports.flatMap((report) => report.failedFiles.map((file) => `failed  ${report.name}/${file}`)),
    ...tests
      .filter((test) => !['passed', 'failed'].includes(test.status))
      .map((test) => `skipped ${name(test)}`),
    ...variantErrors(reports).map((line) => `variant ${line}`),
  ];
  const again = tests.filter((test) => test.failedBefore).map((test) => `again   ${name(test)}`);
  const lines = ['', 'Tests', ...countLines(tests), versionLine(reports, runtime), ...again, ...problems];
  return { lines, passed: tests.filter((test) => test.status === 'passed').length, failed: problems.length };
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readReports, removeReports } from '../test-reports.mjs';
import { summarise } from '../test-summary.mjs';

const passed = (...titles) => ({ file: 'test/a.test.ts', titles, status: 'passed' });
const reportOf = (tests, extra = {}) => ({
  name: 'apps/web',
  tests,
  failedFiles: [],
  versions: {},
  ...extra,
});

describe('summarise', () => {
  test('counts by engine, cache, pair, browser and Discord', () => {
    const tests = ['sqlite+local', 'mariadb+redis'].flatMap((pair) => [
      passed(`page [browser] [${pair}]`, 'opens'),
      passed(`command [discord] [${pair}]`, 'answers'),
    ]);
    const { lines, ...result } = summarise([reportOf([...tests, passed('plain')])], {});
    expect(result).toEqual({ passed: 5, failed: 0 });
    expect(lines.slice(2, 6)).toEqual([
      '  engine   sqlite 2, mariadb 2',
      '  cache    local 2, redis 2',
      '  pair     sqlite+local 2, sqlite+redis 0, mariadb+local 0, mariadb+redis 2',
      '  also     browser 2, discord 2',
    ]);
  });

  test('prints the version of each server once', () => {
    const versions = { mariadb: '10.11.19', redis: '7.0.15' };
    const { lines } = summarise([reportOf([], { versions }), reportOf([], { versions })], {
      node: '20.19.0',
    });
    expect(lines).toContain('  used     node 20.19.0, mariadb 10.11.19, redis 7.0.15');
  });

  test('names what passed only when it was tried again', () => {
    const tests = [passed('steady'), { ...passed('page', 'opens'), failedBefore: true }];
    const { lines, ...result } = summarise([reportOf(tests)], {});
    expect(result).toEqual({ passed: 2, failed: 0 });
    expect(lines.at(-1)).toBe('again   apps/web/test/a.test.ts: page > opens');
  });

  test.each(['skipped', 'pending', 'todo'])('fails on a %s test and names it', (status) => {
    const { lines, ...result } = summarise([reportOf([{ ...passed('suite', 'later'), status }])], {});
    expect(result).toEqual({ passed: 0, failed: 1 });
    expect(lines.at(-1)).toBe('skipped apps/web/test/a.test.ts: suite > later');
  });

  test('fails on a failed test, a file that did not load, and unequal variants', () => {
    const tests = [{ ...passed('wrong'), status: 'failed' }, passed('rows [sqlite]', 'sorts')];
    const result = summarise([reportOf(tests, { failedFiles: ['test/broken.test.ts'] })], {});
    expect(result).toMatchObject({ passed: 1, failed: 3 });
  });
});

describe('readReports', () => {
  let root;
  const report = () => join(root, 'packages', 'db', '.test-report');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slimy-reports-'));
    mkdirSync(join(root, 'apps'));
    mkdirSync(join(report(), 'versions'), { recursive: true });
    writeFileSync(join(root, 'packages', 'db', 'package.json'), '{}');
    writeFileSync(join(report(), 'versions', 'mariadb'), '10.11.19');
    const file = (name, status, assertionResults) => ({
      name: join(root, 'packages', 'db', 'test', name),
      status,
      assertionResults,
    });
    const one = { ancestorTitles: ['suite'], title: 'works', status: 'passed', failureMessages: [] };
    const late = { ...one, title: 'works late', failureMessages: ['too late'] };
    const testResults = [file('good.test.ts', 'passed', [one, late]), file('bad.test.ts', 'failed', [])];
    writeFileSync(join(report(), 'results.json'), JSON.stringify({ testResults }));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('reads tests, files that did not load, and versions', () => {
    const good = join('test', 'good.test.ts');
    expect(readReports(root)).toEqual([
      {
        name: join('packages', 'db'),
        tests: [
          { file: good, titles: ['suite', 'works'], status: 'passed', failedBefore: false },
          { file: good, titles: ['suite', 'works late'], status: 'passed', failedBefore: true },
        ],
        failedFiles: [join('test', 'bad.test.ts')],
        versions: { mariadb: '10.11.19' },
      },
    ]);
  });

  test('finds nothing after the reports were removed', () => {
    removeReports(root);
    expect(readReports(root)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { variantErrors, variantOf } from '../test-variants.mjs';

const report = (...titles) => [
  {
    name: 'packages/db',
    tests: titles.map((one) => ({ file: 'test/a.test.ts', titles: one, status: 'passed' })),
  },
];

describe('variantOf', () => {
  test('finds the tag of the outermost tagged suite', () => {
    expect(variantOf(['guilds', 'members [sqlite+redis]', 'pages', 'come in order'])).toEqual({
      tag: 'sqlite+redis',
      suite: 'guilds > members',
      test: 'pages > come in order',
    });
  });

  test('knows no variant in other brackets', () => {
    expect(variantOf(['a [browser]', 'reads [0]'])).toBeUndefined();
  });
});

describe('variantErrors', () => {
  test('accepts equal names on every complete set of variants', () => {
    const errors = variantErrors(
      report(
        ['engines [sqlite]', 'writes'],
        ['engines [mariadb]', 'writes'],
        ['caches [local]', 'keeps'],
        ['caches [redis]', 'keeps'],
        ['page [sqlite+local]', 'shows'],
        ['page [mariadb+redis]', 'shows'],
        ...['sqlite+local', 'sqlite+redis', 'mariadb+local', 'mariadb+redis'].map((pair) => [
          `pairs [${pair}]`,
          'agrees',
        ]),
      ),
    );
    expect(errors).toEqual([]);
  });

  test('names the test that one variant lacks', () => {
    const errors = variantErrors(
      report(['rows [sqlite]', 'sorts'], ['rows [mariadb]', 'sorts'], ['rows [mariadb]', 'searches']),
    );
    expect(errors).toEqual([
      'packages/db/test/a.test.ts: rows [sqlite]: lacks the test "searches" that another variant has',
    ]);
  });

  test('names the suite that runs on one engine only', () => {
    expect(variantErrors(report(['rows [sqlite]', 'sorts']))).toEqual([
      expect.stringContaining('rows: runs only as [sqlite]'),
    ]);
  });

  test('does not take suites of two files for one', () => {
    const [first] = report(['rows [sqlite]', 'sorts']);
    const other = { file: 'test/b.test.ts', titles: ['rows [mariadb]', 'sorts'], status: 'passed' };
    expect(variantErrors([{ ...first, tests: [...first.tests, other] }])).toHaveLength(2);
  });
});

import { expect, it } from 'vitest';
import { namedTests, referenceProblems } from '../security-doc.mjs';

const sources = new Map([['a/test/one.test.ts', "it('does this', …); it.each([1])('does %s', …)"]]);
const problemsOf = (row) =>
  referenceProblems(`| threat | guard | test |\n|---|---|---|\n${row}`, (file) => sources.get(file) ?? null);

it('finds the tests that a row names', () => {
  expect(
    namedTests('| x | y | `a/test/one.test.ts` › *does this*; *does %s*; `b.test.mjs` › *that* |'),
  ).toEqual([
    { file: 'a/test/one.test.ts', title: 'does this' },
    { file: 'a/test/one.test.ts', title: 'does %s' },
    { file: 'b.test.mjs', title: 'that' },
  ]);
});

it.each([
  ['nothing where all are there', '`a/test/one.test.ts` › *does this*; *does %s*', []],
  [
    'a file that is not there',
    '`a/test/two.test.ts` › *does this*',
    ['docs/security.md names a/test/two.test.ts, which is not there'],
  ],
  [
    'a test that has another name',
    '`a/test/one.test.ts` › *does that*',
    ['a/test/one.test.ts has no test "does that", which docs/security.md names'],
  ],
  ['a threat without a test', 'somebody looks at it', ['docs/security.md names no test for: a threat']],
])('tells of %s', (_, cell, problems) => {
  expect(problemsOf(`| a threat | a guard | ${cell} |`)).toEqual(problems);
});

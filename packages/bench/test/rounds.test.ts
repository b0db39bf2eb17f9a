import { expect, test } from 'vitest';
import { interleave, median } from '../src/rounds.ts';

test('the median of an even count is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([5, 1, 3])).toBe(3);
});

test('contenders take turns at going first, and the first round is not counted', async () => {
  const order: string[] = [];
  const contender = (name: string) => async () => order.push(name);
  const results = await interleave(
    new Map([
      ['a', contender('a')],
      ['b', contender('b')],
    ]),
    2,
  );
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  expect(results.get('a')).toHaveLength(2);
});

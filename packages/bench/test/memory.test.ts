import { expect, test } from 'vitest';
import { callOf } from '../src/load/mix.ts';
import { slopePerMinute } from '../src/load/memory.ts';

const point = (at: number, residentBytes: number) => ({ at, residentBytes, heapBytes: 0 });

test('the slope is that of the straight line through the points', () => {
  const growing = [point(0, 100), point(30, 130), point(60, 160)];
  expect(slopePerMinute(growing, ({ residentBytes }) => residentBytes)).toBeCloseTo(60);
  const jumping = [point(0, 100), point(1, 200), point(2, 100)];
  expect(slopePerMinute(jumping, ({ residentBytes }) => residentBytes)).toBeCloseTo(0);
  expect(slopePerMinute([point(0, 1)], ({ residentBytes }) => residentBytes)).toBeNaN();
});

test('a person makes four reads to a write, and no call twice', () => {
  const calls = Array.from({ length: 20 }, (_, turn) => callOf(7, turn, 'g'));
  expect(calls.filter(({ writes }) => writes)).toHaveLength(4);
  const written = calls.filter(({ writes }) => writes).map(({ input }) => JSON.stringify(input));
  expect(new Set(written).size).toBe(4);
});

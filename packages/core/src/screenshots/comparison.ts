import { isDeepStrictEqual } from 'node:util';
import type { ScreenshotDifference, ScreenshotValue } from '@slimy/contract';
import type { ComparisonTrend, ComparisonType } from '@slimy/db';

/** What was read off a screenshot, by its key. */
export type ReadValues = ReadonlyMap<string, ScreenshotValue>;

/** How far the mean relative change is from nothing before it is a trend. */
const TREND_LIMIT = 0.1;
/** Differences that a summary names. */
const NAMED = 5;

function signed(value: number, text: string): string {
  return value < 0 ? text : `+${text}`;
}

function changeText(before: number, after: number): string {
  const change = Number((after - before).toPrecision(12));
  const percent = before === 0 ? 0 : (change / Math.abs(before)) * 100;
  return `${signed(change, String(change))} (${signed(percent, percent.toFixed(1))}%)`;
}

/** The keys whose values differ, in the order of the first and then of the second (vector `screenshot-compare`). */
export function differencesOf(before: ReadValues, after: ReadValues): ScreenshotDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, young] = [before.get(key) ?? null, after.get(key) ?? null];
    if (isDeepStrictEqual(old, young)) return [];
    const change = typeof old === 'number' && typeof young === 'number' ? changeText(old, young) : null;
    return [{ key, before: old, after: young, change }];
  });
}

/** The mean of the relative changes of the numbers that differ; null where none does. From zero none can be told. */
export function meanChange(differences: readonly ScreenshotDifference[]): number | null {
  const changes = differences.flatMap(({ before, after }) =>
    typeof before === 'number' && typeof after === 'number' && before !== 0
      ? [(after - before) / Math.abs(before)]
      : [],
  );
  if (changes.length === 0) return null;
  const mean = changes.reduce((sum, one) => sum + one, 0) / changes.length;
  // A tenth that was added up is a tenth.
  return Number(mean.toFixed(9));
}

/** Whether more went up or down, by the mean of the relative changes. */
export function trendOf(mean: number | null): ComparisonTrend {
  if (mean === null) return 'unknown';
  if (mean > TREND_LIMIT) return 'improving';
  return mean < -TREND_LIMIT ? 'declining' : 'stable';
}

function describe({ key, before, after, change }: ScreenshotDifference): string {
  if (change !== null) return `${key} ${change}`;
  const shown = (value: ScreenshotValue) => (value === null ? 'nothing' : JSON.stringify(value).slice(0, 80));
  return `${key} from ${shown(before)} to ${shown(after)}`;
}

/** What is said of two analyses, computed from their values alone. */
export function comparisonOf(type: ComparisonType, before: ReadValues, after: ReadValues) {
  const differences = differencesOf(before, after);
  const keys = new Set([...before.keys(), ...after.keys()]).size;
  const mean = meanChange(differences);
  const trend = trendOf(mean);
  const same = keys - differences.length;
  const named = differences.slice(0, NAMED).map(describe).join('; ');
  const summaries: Readonly<Record<ComparisonType, string>> = {
    difference:
      differences.length === 0
        ? `All ${keys} values are the same.`
        : `${differences.length} of ${keys} values differ: ${named}.`,
    trend:
      mean === null
        ? 'No number changed, so there is no trend.'
        : `On average the numbers changed by ${(mean * 100).toFixed(1)}%: ${trend}.`,
    similarity: `${same} of ${keys} values are the same.`,
  };
  return { differences, insights: differences.map(describe), trend, summary: summaries[type] };
}

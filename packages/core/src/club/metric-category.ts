const words: readonly (readonly [RegExp, string])[] = [
  [/activ|participation|online|message/i, 'activity'],
  [/performance|score|power|rank/i, 'performance'],
  [/member|joined|left|roster/i, 'membership'],
];

/** What a metric is about, by its name, where its reader did not say (vector `club-metric-category`). */
export function metricCategory(name: string): string {
  return words.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}

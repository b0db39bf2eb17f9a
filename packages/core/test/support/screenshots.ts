import type { Caller } from '../../src/index.ts';
import type { TestCore } from './open-core.ts';

type Reading = Parameters<TestCore['screenshotIntake']['store']>[1];

/** Stores a reading of the caller's own screenshot with these numbers and texts; gives the id of the analysis. */
export function storedScreenshot(
  core: TestCore,
  caller: Caller,
  values: Readonly<Record<string, number | string>> = { level: 10 },
  change: Partial<Reading> = {},
): Promise<string> {
  return core.screenshotIntake.store(caller, {
    screenshotType: 'profile',
    uploadId: null,
    imageUrl: null,
    title: 'Gary',
    description: 'The profile of a snail',
    summary: 'A snail of level ten',
    processingTime: 12,
    modelUsed: 'reader',
    rawResponse: { as: 'it came' },
    data: Object.entries(values).map(([key, value]) => ({
      key,
      value,
      dataType: typeof value === 'number' ? 'number' : 'string',
      category: 'stats',
      confidence: null,
    })),
    tags: [{ tag: 'PvP', category: null }],
    insights: [],
    recommendations: [],
    ...change,
  });
}

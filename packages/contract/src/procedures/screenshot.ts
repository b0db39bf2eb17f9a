import { z } from 'zod';
import { listInput, page, pageInput } from '../pages.js';
import { done, opaqueId } from '../scalars.js';
import { mutation, query } from './procedure.js';

/** What a screenshot shows. */
export const screenshotTypes = [
  'game-stats',
  'leaderboard',
  'profile',
  'achievement',
  'inventory',
  'clan-guild',
  'performance',
  'social',
  'custom',
] as const;

const confidence = z.number().min(0).max(1);
const level = z.enum(['high', 'medium', 'low']);
const readValue = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.null(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);
export type ScreenshotValue = z.infer<typeof readValue>;

const tag = z.object({ tag: z.string(), category: z.string().nullable() });
const advice = {
  type: z.string(),
  priority: level,
  title: z.string(),
  description: z.string(),
  actionable: z.boolean(),
};

/** An analysis as a list shows it. */
export const listedScreenshot = z.object({
  id: opaqueId,
  screenshotType: z.string(),
  uploadId: opaqueId.nullable(),
  imageUrl: z.string().nullable(),
  title: z.string(),
  description: z.string(),
  summary: z.string(),
  /** 0 to 1: the share of the reader's answer that was filled. */
  confidence,
  /** Milliseconds. */
  processingTime: z.int().min(0),
  modelUsed: z.string(),
  tags: z.array(tag),
  createdAt: z.date(),
});
export type ListedScreenshot = z.infer<typeof listedScreenshot>;

/** An analysis with everything that was read off its screenshot, in its order. */
export const screenshotAnalysis = listedScreenshot.extend({
  data: z.array(
    z.object({
      key: z.string(),
      value: readValue,
      dataType: z.enum(['string', 'number', 'object', 'array']),
      category: z.string(),
      confidence: confidence.nullable(),
    }),
  ),
  insights: z.array(z.object({ ...advice, confidence })),
  recommendations: z.array(z.object({ ...advice, impact: level, effort: level })),
});

/** One value that is not the same in two analyses; null where the other has none of this key. */
export const screenshotDifference = z.object({
  key: z.string(),
  before: readValue,
  after: readValue,
  /** For two numbers, such as `+2 (+20.0%)`; null for anything else. */
  change: z.string().nullable(),
});
export type ScreenshotDifference = z.infer<typeof screenshotDifference>;

export const comparisonTypes = ['difference', 'trend', 'similarity'] as const;

/** Two analyses side by side: the earlier one is the first, whichever was named first. */
export const screenshotComparison = z.object({
  id: opaqueId,
  analysisId1: opaqueId,
  analysisId2: opaqueId,
  type: z.enum(comparisonTypes),
  summary: z.string(),
  /** By the mean of the relative changes: beyond a tenth up or down, else stable; unknown where no number changed. */
  trend: z.enum(['improving', 'declining', 'stable', 'unknown']),
  differences: z.array(screenshotDifference),
  insights: z.array(z.string()),
  createdAt: z.date(),
});

const day = z.date().min(new Date('2015-01-01T00:00:00Z')).max(new Date('2200-01-01T00:00:00Z'));

export const screenshotProcedures = {
  'screenshot.byId': query(z.strictObject({ analysisId: opaqueId }), screenshotAnalysis),
  'screenshot.list': query(
    z.strictObject({
      type: z.enum(screenshotTypes).optional(),
      tag: z.string().trim().min(1).max(64).optional(),
      /** From this instant on, and before the other. */
      from: day.optional(),
      to: day.optional(),
      ...pageInput(),
    }),
    page(listedScreenshot),
  ),
  'screenshot.delete': mutation(z.strictObject({ analysisId: opaqueId }), done),
  'screenshot.compare': mutation(
    z
      .strictObject({
        analysisId1: opaqueId,
        analysisId2: opaqueId,
        type: z.enum(comparisonTypes).default('difference'),
      })
      .superRefine(({ analysisId1, analysisId2 }, context) => {
        if (analysisId1 !== analysisId2) return;
        context.addIssue({ code: 'custom', path: ['analysisId2'], message: 'must be another analysis' });
      }),
    screenshotComparison,
  ),
  'screenshot.comparisons': query(listInput, page(screenshotComparison)),
} as const;

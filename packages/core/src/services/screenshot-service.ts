import {
  screenshotDifference,
  type ListedScreenshot,
  type OutputOf,
  type ScreenshotValue,
} from '@slimy/contract';
import type { ComparisonRow, Repositories, ScreenshotAnalysis, ScreenshotRow } from '@slimy/db';
import { z } from 'zod';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import { requirePerson } from '../permissions/require-person.js';
import { comparisonOf, type ReadValues } from '../screenshots/comparison.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import type { ScreenshotService } from './services.js';

interface ScreenshotServiceParts {
  readonly repositories: Repositories;
  readonly writes: WritePath;
}

const noSuchAnalysis = () => new AppError('not_found', 'There is no such analysis among yours.');

function shownValue(value: unknown): ScreenshotValue {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? [...value] : Object.fromEntries(Object.entries(value));
}

function listed({ userId: _userId, updatedAt: _updatedAt, tags, ...row }: ScreenshotRow): ListedScreenshot {
  return { ...row, tags: [...tags] };
}

function readValues({ data }: ScreenshotAnalysis): ReadValues {
  return new Map(data.map(({ key, value }) => [key, shownValue(value)]));
}

const storedDifferences = z.array(screenshotDifference);
const storedInsights = z.array(z.string());

function shownComparison(row: ComparisonRow): OutputOf<'screenshot.compare'> {
  const { comparisonType: type, differences, insights, ...rest } = row;
  return {
    ...rest,
    type,
    differences: storedDifferences.parse(differences),
    insights: storedInsights.parse(insights),
  };
}

export function createScreenshotService({ repositories, writes }: ScreenshotServiceParts): ScreenshotService {
  const own = ({ actor }: Caller, all: Repositories = repositories) =>
    all.person(requirePerson(actor).userId);

  return {
    byId: (caller, { analysisId }) =>
      inServiceWords(async () => {
        const analysis = await own(caller).screenshots.byId(analysisId);
        if (analysis === null) throw noSuchAnalysis();
        const { data, insights, recommendations, ...row } = analysis;
        return {
          ...listed(row),
          data: data.map(({ value, ...point }) => ({ ...point, value: shownValue(value) })),
          insights: [...insights],
          recommendations: [...recommendations],
        };
      }),

    list: (caller, { type: screenshotType, ...request }) =>
      inServiceWords(async () => {
        const { items, nextCursor } = await own(caller).screenshots.page({ screenshotType, ...request });
        return { items: items.map(listed), nextCursor };
      }),

    delete: (caller, { analysisId }) =>
      writes.change(caller, [], async (change) => {
        const { screenshots } = own(caller, change.repositories);
        const before = await screenshots.byId(analysisId);
        const deleted = await screenshots.delete(analysisId);
        if (before === null || deleted === undefined) throw noSuchAnalysis();
        if (deleted.uploadId !== null)
          await change.repositories.uploads.release([deleted.uploadId], change.now);
        const { screenshotType, title, createdAt } = before;
        change.audit({
          action: 'screenshot.delete',
          resourceType: 'screenshot_analysis',
          resourceId: analysisId,
          before: { screenshotType, title, createdAt: createdAt.toISOString() },
        });
        return { ok: true };
      }),

    compare: (caller, { analysisId1, analysisId2, type }) =>
      writes.change(caller, [], async (change) => {
        const { screenshots, comparisons } = own(caller, change.repositories);
        const known = await comparisons.ofPair(analysisId1, analysisId2, type);
        if (known) return shownComparison(known);
        const both = await Promise.all([screenshots.byId(analysisId1), screenshots.byId(analysisId2)]);
        // Ids of analyses rise with time.
        const [before, after] = both.filter((one) => one !== null).toSorted((a, b) => (a.id < b.id ? -1 : 1));
        if (!before || !after) throw noSuchAnalysis();
        const found = comparisonOf(type, readValues(before), readValues(after));
        const pair = { analysisId1: before.id, analysisId2: after.id, comparisonType: type };
        const row = await comparisons.insert({ ...pair, ...found }, change.now);
        change.audit({
          action: 'screenshot.compare',
          resourceType: 'screenshot_comparison',
          resourceId: row.id,
          details: { ...pair, trend: row.trend },
        });
        return shownComparison(row);
      }),

    comparisons: (caller, request) =>
      inServiceWords(async () => {
        const { items, nextCursor } = await own(caller).comparisons.page(request);
        return { items: items.map(shownComparison), nextCursor };
      }),
  };
}

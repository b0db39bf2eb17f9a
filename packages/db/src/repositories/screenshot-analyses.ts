import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { randomId, timeOrderedId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { normaliseName } from '../normalise.js';
import { insertRow, insertRows } from '../sql/insert.js';
import { jsonText } from '../sql/values.js';
import { pageOf, type Page } from './pages.js';
import {
  dataOf,
  insightOf,
  recommendationOf,
  type ScreenshotDataRow,
  type ScreenshotInsightRow,
  type ScreenshotRecommendationRow,
  type ScreenshotTagRow,
} from './screenshot-parts.js';

/** What a list of analyses shows. */
export interface ScreenshotRow {
  readonly id: string;
  readonly userId: string;
  readonly screenshotType: string;
  readonly uploadId: string | null;
  readonly imageUrl: string | null;
  readonly title: string;
  readonly description: string;
  readonly summary: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Milliseconds. */
  readonly processingTime: number;
  readonly modelUsed: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly tags: readonly ScreenshotTagRow[];
}

/** An analysis with all its parts, in their order. */
export interface ScreenshotAnalysis extends ScreenshotRow {
  readonly data: readonly ScreenshotDataRow[];
  readonly insights: readonly ScreenshotInsightRow[];
  readonly recommendations: readonly ScreenshotRecommendationRow[];
}

/** A reader's result to be stored. */
export interface NewScreenshotAnalysis extends Omit<
  ScreenshotAnalysis,
  'id' | 'userId' | 'createdAt' | 'updatedAt'
> {
  /** What the reader answered, as it came. */
  readonly rawResponse?: Readonly<Record<string, unknown>> | null;
}

/** What a list asks for; every filter may be missing. */
export interface ScreenshotListRequest {
  readonly screenshotType?: string | undefined;
  readonly tag?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const screenshotList = cursorFormat('screenshots', 'instant', 'text');

const tagsOf = { select: { tag: true, category: true } } as const;
const byPosition = { orderBy: { position: 'asc' } } as const;
const withoutRaw = { rawResponse: true } as const;

/** Tags by their name: sorted here, for the database would sort those of a whole page together. */
function withSortedTags<Row extends { readonly tags: readonly ScreenshotTagRow[] }>(row: Row): Row {
  return {
    ...row,
    tags: row.tags.toSorted((a, b) => (normaliseName(a.tag) < normaliseName(b.tag) ? -1 : 1)),
  };
}

/** One person's screenshot analyses; nobody else's can be reached through it. */
export class ScreenshotAnalyses {
  readonly #scope: Database | Transaction;
  readonly #userId: string;

  constructor(scope: Database | Transaction, userId: string) {
    this.#scope = scope;
    this.#userId = userId;
  }

  get #table() {
    return tablesOf(this.#scope).screenshotAnalysis;
  }

  /** Stores an analysis with all its parts; gives its id. Only inside a transaction. */
  async insert(analysis: NewScreenshotAnalysis, now: Date): Promise<string> {
    const { sql } = this.#scope;
    const { data, tags, insights, recommendations, rawResponse = null, ...plain } = analysis;
    const analysisId = timeOrderedId(now);
    const raw = rawResponse === null ? null : jsonText(rawResponse);
    const own = { id: analysisId, userId: this.#userId, rawResponse: raw, createdAt: now, updatedAt: now };
    await insertRow(sql, 'ScreenshotAnalysis', { ...plain, ...own });
    const part = (position: number) => ({ id: randomId(), analysisId, position });
    await insertRows(
      sql,
      'ScreenshotData',
      data.map((one, position) => ({ ...part(position), ...one, value: jsonText(one.value) })),
    );
    await insertRows(
      sql,
      'ScreenshotTag',
      tags.map((one) => ({ id: randomId(), analysisId, ...one, tagKey: normaliseName(one.tag) })),
    );
    await insertRows(
      sql,
      'ScreenshotInsight',
      insights.map((one, position) => ({ ...part(position), ...one, createdAt: now })),
    );
    await insertRows(
      sql,
      'ScreenshotRecommendation',
      recommendations.map((one, position) => ({ ...part(position), ...one, createdAt: now })),
    );
    return analysisId;
  }

  async byId(id: string): Promise<ScreenshotAnalysis | null> {
    const row = await this.#table.findFirst({
      where: { id, userId: this.#userId },
      omit: withoutRaw,
      include: { tags: tagsOf, data: byPosition, insights: byPosition, recommendations: byPosition },
    });
    return (
      row && {
        ...withSortedTags(row),
        data: row.data.map(dataOf),
        insights: row.insights.map(insightOf),
        recommendations: row.recommendations.map(recommendationOf),
      }
    );
  }

  /** Newest first, with their tags. */
  async page({
    screenshotType,
    tag,
    from,
    to,
    limit,
    cursor,
  }: ScreenshotListRequest): Promise<Page<ScreenshotRow>> {
    const place = cursor === undefined ? null : screenshotList.decode(cursor);
    const rows = await this.#table.findMany({
      where: {
        userId: this.#userId,
        ...(screenshotType !== undefined && { screenshotType }),
        ...(tag !== undefined && { tags: { some: { tagKey: normaliseName(tag) } } }),
        createdAt: { ...(from && { gte: from }), ...(to && { lt: to }) },
        ...(place && after('desc', ['createdAt', place[0]], ['id', place[1]])),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      omit: withoutRaw,
      include: { tags: tagsOf },
    });
    return pageOf(rows.map(withSortedTags), limit, ({ createdAt, id }) =>
      screenshotList.encode([createdAt, id]),
    );
  }

  /** Deletes an analysis with its parts and comparisons; gives its upload, and undefined when it is not the person's. */
  async delete(id: string): Promise<{ readonly uploadId: string | null } | undefined> {
    const row = await this.#table.findFirst({
      where: { id, userId: this.#userId },
      select: { uploadId: true },
    });
    if (!row) return undefined;
    const { count } = await this.#table.deleteMany({ where: { id, userId: this.#userId } });
    return count > 0 ? row : undefined;
  }
}

import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { randomId, timeOrderedId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { insertRow, insertRows } from '../sql/insert.js';
import { jsonText } from '../sql/values.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

/** What a list of analyses shows. */
export interface ClubAnalysisRow {
  readonly id: string;
  readonly guildId: string;
  /** Who asked for it; null once that person is erased. */
  readonly userId: string | null;
  readonly title: string | null;
  readonly summary: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly imageCount: number;
  readonly metricCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ClubImageRow {
  readonly id: string;
  readonly uploadId: string | null;
  readonly imageUrl: string | null;
  readonly originalName: string;
  /** Bytes. */
  readonly fileSize: number;
  readonly uploadedAt: Date;
}

/** One figure; its name is unique in its analysis. */
export interface ClubMetricRow {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string | null;
  readonly category: string;
}

/** An analysis with its images, oldest first, and its metrics by category and name. */
export interface ClubAnalysis extends ClubAnalysisRow {
  readonly images: readonly ClubImageRow[];
  readonly metrics: readonly ClubMetricRow[];
}

/** A metric in the analysis it stands in. */
export interface ClubMetricAt extends ClubMetricRow {
  readonly analysisId: string;
  readonly createdAt: Date;
}

/** A reader's result to be stored. */
export interface NewClubAnalysis extends Pick<
  ClubAnalysisRow,
  'userId' | 'title' | 'summary' | 'confidence'
> {
  readonly images: readonly Omit<ClubImageRow, 'id'>[];
  readonly metrics: readonly ClubMetricRow[];
}

const analysisList = cursorFormat('club.analyses', 'instant', 'text');
const metricList = cursorFormat('club.metrics', 'text');
const metricHistory = cursorFormat('club.metric-history', 'instant', 'text');
const metricFields = { name: true, value: true, unit: true, category: true } as const;

/** The analyses of one guild's club; nothing of another guild can be reached through it. */
export class ClubAnalyses {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    this.#scope = scope;
    this.#guildId = guildId;
  }

  get #table() {
    return tablesOf(this.#scope).clubAnalysis;
  }

  /**
   * Stores an analysis with its images and metrics; gives its id. Only inside a transaction.
   * @throws DatabaseError `unique_violation` when two metrics have one name
   */
  async insert({ images, metrics, ...plain }: NewClubAnalysis, now: Date): Promise<string> {
    const { sql } = this.#scope;
    const analysisId = timeOrderedId(now);
    await insertRow(sql, 'ClubAnalysis', {
      ...plain,
      id: analysisId,
      guildId: this.#guildId,
      imageCount: images.length,
      metricCount: metrics.length,
      createdAt: now,
      updatedAt: now,
    });
    await insertRows(
      sql,
      'ClubAnalysisImage',
      images.map((image) => ({ id: randomId(), analysisId, ...image })),
    );
    await insertRows(
      sql,
      'ClubMetric',
      metrics.map((metric) => ({ id: randomId(), analysisId, ...metric, value: jsonText(metric.value) })),
    );
    return analysisId;
  }

  async byId(id: string): Promise<ClubAnalysis | null> {
    return this.#table.findFirst({
      where: { id, guildId: this.#guildId },
      include: {
        images: { orderBy: [{ uploadedAt: 'asc' }, { id: 'asc' }], omit: { analysisId: true } },
        metrics: { orderBy: [{ category: 'asc' }, { name: 'asc' }], select: metricFields },
      },
    });
  }

  /** Newest first. */
  async page({ limit, cursor }: PageRequest): Promise<Page<ClubAnalysisRow>> {
    const place = cursor === undefined ? null : analysisList.decode(cursor);
    const rows = await this.#table.findMany({
      where: {
        guildId: this.#guildId,
        ...(place && after('desc', ['createdAt', place[0]], ['id', place[1]])),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    return pageOf(rows, limit, ({ createdAt, id }) => analysisList.encode([createdAt, id]));
  }

  /** Deletes an analysis with its parts; gives its uploads, and undefined when it is not the guild's. */
  async delete(id: string): Promise<{ readonly uploadIds: readonly string[] } | undefined> {
    const row = await this.#table.findFirst({
      where: { id, guildId: this.#guildId },
      select: { images: { select: { uploadId: true } } },
    });
    if (!row) return undefined;
    const { count } = await this.#table.deleteMany({ where: { id, guildId: this.#guildId } });
    if (count === 0) return undefined;
    return { uploadIds: row.images.flatMap(({ uploadId }) => (uploadId === null ? [] : [uploadId])) };
  }

  /** The metrics of an analysis in one category, by name. Empty for an analysis of another guild. */
  async metricsByCategory(
    analysisId: string,
    category: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<ClubMetricRow>> {
    const place = cursor === undefined ? null : metricList.decode(cursor);
    const rows = await tablesOf(this.#scope).clubMetric.findMany({
      where: {
        analysisId,
        category,
        analysis: { guildId: this.#guildId },
        ...(place && { name: { gt: place[0] } }),
      },
      orderBy: { name: 'asc' },
      take: limit + 1,
      select: metricFields,
    });
    return pageOf(rows, limit, ({ name }) => metricList.encode([name]));
  }

  /** One metric through the guild's analyses, newest first; analyses that lack it are passed over. */
  async metricHistory(name: string, { limit, cursor }: PageRequest): Promise<Page<ClubMetricAt>> {
    const place = cursor === undefined ? null : metricHistory.decode(cursor);
    const rows = await this.#table.findMany({
      where: {
        guildId: this.#guildId,
        metrics: { some: { name } },
        ...(place && after('desc', ['createdAt', place[0]], ['id', place[1]])),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      select: { id: true, createdAt: true, metrics: { where: { name }, select: metricFields } },
    });
    const found = rows.flatMap(({ id: analysisId, createdAt, metrics }) =>
      metrics.map((metric) => ({ ...metric, analysisId, createdAt })),
    );
    return pageOf(found, limit, ({ createdAt, analysisId }) => metricHistory.encode([createdAt, analysisId]));
  }
}

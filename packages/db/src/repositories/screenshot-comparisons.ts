import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { DatabaseError } from '../errors.js';
import { timeOrderedId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { insertRow } from '../sql/insert.js';
import { jsonText } from '../sql/values.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

export type ComparisonType = 'difference' | 'trend' | 'similarity';
export type ComparisonTrend = 'improving' | 'declining' | 'stable' | 'unknown';

/** Two analyses of one person side by side: the earlier one first. */
export interface ComparisonRow {
  readonly id: string;
  readonly analysisId1: string;
  readonly analysisId2: string;
  readonly comparisonType: ComparisonType;
  readonly summary: string;
  readonly trend: ComparisonTrend;
  /** What differs, as the comparing service describes it. */
  readonly differences: unknown;
  readonly insights: unknown;
  readonly createdAt: Date;
}

/** What a comparison of a pair found. */
export interface NewComparison extends Pick<
  ComparisonRow,
  'analysisId1' | 'analysisId2' | 'comparisonType' | 'summary' | 'trend'
> {
  readonly differences: object;
  readonly insights: object;
}

const comparisonList = cursorFormat('comparisons', 'instant', 'text');

function typeOf(stored: string): ComparisonType {
  return stored === 'trend' || stored === 'similarity' ? stored : 'difference';
}

function trendOf(stored: string): ComparisonTrend {
  return stored === 'improving' || stored === 'declining' || stored === 'stable' ? stored : 'unknown';
}

function comparisonOf<Row extends { readonly comparisonType: string; readonly trend: string }>(row: Row) {
  return { ...row, comparisonType: typeOf(row.comparisonType), trend: trendOf(row.trend) };
}

/** The two ids in their order: ids of analyses rise with time, so the earlier one comes first. */
function orderedPair(one: string, other: string): readonly [string, string] {
  if (one === other) throw new DatabaseError('misuse', 'An analysis cannot be compared with itself.');
  return one < other ? [one, other] : [other, one];
}

/** One person's comparisons; nobody else's can be reached through it. */
export class ScreenshotComparisons {
  readonly #scope: Database | Transaction;
  readonly #userId: string;

  constructor(scope: Database | Transaction, userId: string) {
    this.#scope = scope;
    this.#userId = userId;
  }

  get #table() {
    return tablesOf(this.#scope).screenshotComparison;
  }

  /** The comparison of a pair, whichever is named first. @throws DatabaseError `misuse` for an analysis with itself */
  async ofPair(one: string, other: string, comparisonType: ComparisonType): Promise<ComparisonRow | null> {
    const [analysisId1, analysisId2] = orderedPair(one, other);
    const row = await this.#table.findFirst({
      where: { userId: this.#userId, analysisId1, analysisId2, comparisonType },
      omit: { userId: true },
    });
    return row && comparisonOf(row);
  }

  /**
   * Stores the comparison of a pair and gives it; where it is there already, by whichever order, gives that one.
   * Only inside a transaction, which begins again when somebody stores the same pair at the same time.
   * @throws DatabaseError `misuse` for an analysis with itself, `foreign_key` for one that is not there
   */
  async insert({ differences, insights, ...comparison }: NewComparison, now: Date): Promise<ComparisonRow> {
    const [analysisId1, analysisId2] = orderedPair(comparison.analysisId1, comparison.analysisId2);
    const known = await this.ofPair(analysisId1, analysisId2, comparison.comparisonType);
    if (known) return known;
    const row = { ...comparison, id: timeOrderedId(now), analysisId1, analysisId2, createdAt: now };
    await insertRow(this.#scope.sql, 'ScreenshotComparison', {
      ...row,
      userId: this.#userId,
      differences: jsonText(differences),
      insights: jsonText(insights),
    });
    return { ...row, differences, insights };
  }

  async byId(id: string): Promise<ComparisonRow | null> {
    const row = await this.#table.findFirst({
      where: { id, userId: this.#userId },
      omit: { userId: true },
    });
    return row && comparisonOf(row);
  }

  /** Newest first. */
  async page({ limit, cursor }: PageRequest): Promise<Page<ComparisonRow>> {
    const place = cursor === undefined ? null : comparisonList.decode(cursor);
    const rows = await this.#table.findMany({
      where: {
        userId: this.#userId,
        ...(place && after('desc', ['createdAt', place[0]], ['id', place[1]])),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      omit: { userId: true },
    });
    return pageOf(rows.map(comparisonOf), limit, ({ createdAt, id }) =>
      comparisonList.encode([createdAt, id]),
    );
  }
}

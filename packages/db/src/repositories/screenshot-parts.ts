/** How much something matters, or how much it takes. */
export type ScreenshotLevel = 'high' | 'medium' | 'low';

export type ScreenshotDataType = 'string' | 'number' | 'object' | 'array';

/** One data point that was read. */
export interface ScreenshotDataRow {
  readonly key: string;
  readonly value: unknown;
  readonly dataType: ScreenshotDataType;
  readonly category: string;
  /** 0 to 1, where the reader said so. */
  readonly confidence: number | null;
}

export interface ScreenshotTagRow {
  readonly tag: string;
  readonly category: string | null;
}

export interface ScreenshotInsightRow {
  readonly type: string;
  readonly priority: ScreenshotLevel;
  readonly title: string;
  readonly description: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly actionable: boolean;
}

export interface ScreenshotRecommendationRow {
  readonly type: string;
  readonly priority: ScreenshotLevel;
  readonly title: string;
  readonly description: string;
  readonly impact: ScreenshotLevel;
  readonly effort: ScreenshotLevel;
  readonly actionable: boolean;
}

type Stored<Row, Texts extends keyof Row> = Omit<Row, Texts> & { readonly [K in Texts]: string };

function levelOf(stored: string): ScreenshotLevel {
  return stored === 'high' || stored === 'low' ? stored : 'medium';
}

function dataTypeOf(stored: string): ScreenshotDataType {
  return stored === 'number' || stored === 'object' || stored === 'array' ? stored : 'string';
}

/** A data point as it is stored. */
export function dataOf(row: Stored<ScreenshotDataRow, 'dataType'>): ScreenshotDataRow {
  const { key, value, category, confidence } = row;
  return { key, value, dataType: dataTypeOf(row.dataType), category, confidence };
}

/** An insight as it is stored. */
export function insightOf(row: Stored<ScreenshotInsightRow, 'priority'>): ScreenshotInsightRow {
  const { type, title, description, confidence, actionable } = row;
  return { type, priority: levelOf(row.priority), title, description, confidence, actionable };
}

/** A recommendation as it is stored. */
export function recommendationOf(
  row: Stored<ScreenshotRecommendationRow, 'priority' | 'impact' | 'effort'>,
): ScreenshotRecommendationRow {
  const { type, title, description, actionable } = row;
  return {
    type,
    priority: levelOf(row.priority),
    title,
    description,
    impact: levelOf(row.impact),
    effort: levelOf(row.effort),
    actionable,
  };
}

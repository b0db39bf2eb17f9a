import type { ClubImageRow, ClubMetricRow } from '@slimy/db';
import { personOf, type Caller } from '../caller.js';
import { AppError } from '../errors.js';
import { keepUsed } from '../uploads/used.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import { metricCategory } from './metric-category.js';

/** What a reader made of a club's screenshots. */
export interface ClubReading {
  readonly title: string | null;
  readonly summary: string;
  readonly metrics: readonly (Omit<ClubMetricRow, 'category' | 'unit'> & {
    readonly unit?: string | null;
    /** Found by the name where the reader does not say. */
    readonly category?: string;
  })[];
  readonly insights: readonly string[];
  readonly recommendations: readonly string[];
  readonly images: readonly Omit<ClubImageRow, 'id'>[];
}

/** How far an answer is filled: the share of its four parts that are (vector `screenshot-confidence`). */
export function clubConfidence(reading: Omit<ClubReading, 'title' | 'images'>): number {
  const { summary, metrics, insights, recommendations } = reading;
  const parts = [summary.length > 10, metrics.length > 0, insights.length > 0, recommendations.length > 0];
  return parts.filter(Boolean).length / parts.length;
}

/** The summary with what has no place of its own. */
function wholeSummary({ summary, insights, recommendations }: ClubReading): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${title}:\n${lines.map((line) => `- ${line}`).join('\n')}`];
  return [summary, ...list('Insights', insights), ...list('Recommendations', recommendations)].join('\n\n');
}

/** Takes in what readers made of a club's screenshots. Nothing is ever stored that no reader gave. */
export class ClubAnalysisIntake {
  readonly #writes: WritePath;

  constructor(writes: WritePath) {
    this.#writes = writes;
  }

  /**
   * Stores a reading and keeps its pictures; gives the id of the analysis.
   * @throws AppError `invalid_input` for two metrics of one name, `not_found` for a picture that is not the guild's
   */
  async store(caller: Caller, guildId: string, reading: ClubReading): Promise<string> {
    const names = new Set(reading.metrics.map(({ name }) => name));
    if (names.size < reading.metrics.length) {
      throw new AppError('invalid_input', 'Two metrics of the reading have one name.');
    }
    const touched = touches.clubAnalyses(guildId);
    return this.#writes.change(caller, [touched], async (change) => {
      const { clubAnalyses, uploads } = change.repositories.guild(guildId);
      await keepUsed(
        uploads,
        reading.images.map(({ uploadId }) => uploadId),
        change.now,
      );
      const analysisId = await clubAnalyses.insert(
        {
          userId: personOf(caller.actor)?.userId ?? null,
          title: reading.title,
          summary: wholeSummary(reading),
          confidence: clubConfidence(reading),
          images: reading.images,
          metrics: reading.metrics.map(({ name, value, unit = null, category }) => {
            return { name, value, unit, category: category ?? metricCategory(name) };
          }),
        },
        change.now,
      );
      change.touch(touched);
      change.audit({
        action: 'club.analysis.create',
        resourceType: 'club_analysis',
        resourceId: analysisId,
        guildId,
      });
      return analysisId;
    });
  }
}

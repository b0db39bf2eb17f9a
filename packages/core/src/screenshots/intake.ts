import type { NewScreenshotAnalysis } from '@slimy/db';
import type { Caller } from '../caller.js';
import { requirePerson } from '../permissions/require-person.js';
import { keepUsed } from '../uploads/used.js';
import type { WritePath } from '../write/write-path.js';

/** What a reader made of a person's screenshot. How far it is filled is counted here. */
export type ScreenshotReading = Omit<NewScreenshotAnalysis, 'confidence'>;

type Answer = Pick<
  ScreenshotReading,
  'title' | 'description' | 'summary' | 'data' | 'insights' | 'recommendations' | 'tags'
>;

/** How far an answer is filled: the share of its seven parts that are (vector `screenshot-confidence`). */
export function screenshotConfidence(answer: Answer): number {
  const { title, description, summary, data, insights, recommendations, tags } = answer;
  const texts = [title.length > 3, description.length > 10, summary.length > 10];
  const lists = [data, insights, recommendations, tags].map(({ length }) => length > 0);
  return [...texts, ...lists].filter(Boolean).length / 7;
}

/** Takes in what readers made of people's screenshots. Nothing is ever stored that no reader gave. */
export class ScreenshotIntake {
  readonly #writes: WritePath;

  constructor(writes: WritePath) {
    this.#writes = writes;
  }

  /**
   * Stores a reading as the caller's own and keeps its picture; gives the id of the analysis.
   * @throws AppError `not_found` when the picture is not the caller's own
   */
  async store(caller: Caller, reading: ScreenshotReading): Promise<string> {
    const { userId } = requirePerson(caller.actor);
    return this.#writes.change(caller, [], async (change) => {
      const { screenshots, uploads } = change.repositories.person(userId);
      await keepUsed(uploads, [reading.uploadId], change.now);
      const confidence = screenshotConfidence(reading);
      const analysisId = await screenshots.insert({ ...reading, confidence }, change.now);
      change.audit({
        action: 'screenshot.analyze',
        resourceType: 'screenshot_analysis',
        resourceId: analysisId,
        details: { screenshotType: reading.screenshotType, modelUsed: reading.modelUsed },
      });
      return analysisId;
    });
  }
}

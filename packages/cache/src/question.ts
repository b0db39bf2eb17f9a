import type { EntryOptions } from './options.js';
import type { Plan } from './plan.js';

/** One read, with what follows from its key and options. */
export interface Question {
  readonly plan: Plan;
  readonly strict: boolean;
  readonly options: EntryOptions;
}

const longestNote = 100;

function assertNote(text: string | undefined, name: string): void {
  if (text !== undefined && text.length > longestNote) {
    throw new TypeError(`${name} of a cache entry must be at most ${longestNote} characters`);
  }
}

/** @throws TypeError for notes that an entry has no room for */
export function questionOf(plan: Plan, options: EntryOptions): Question {
  assertNote(options.schemaVersion, 'schemaVersion');
  assertNote(options.source, 'source');
  return { plan, strict: options.consistency === 'strict', options };
}

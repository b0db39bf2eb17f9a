import type { EntryOptions, ReadOptions } from './options.js';
import type { Plan } from './plan.js';

/** One read, with what follows from its key and options. */
export interface Question {
  readonly plan: Plan;
  /** Redis has to say at each read that nothing was invalidated. */
  readonly confirmed: boolean;
  /** May be served past the TTL, inside the stale window. */
  readonly servesAged: boolean;
  readonly options: EntryOptions;
}

const longestNote = 100;

function assertNote(text: string | undefined, name: string): void {
  if (text !== undefined && text.length > longestNote) {
    throw new TypeError(`${name} of a cache entry must be at most ${longestNote} characters`);
  }
}

/** Whether a reader wants Redis asked at each read. */
export function isConfirmed({ consistency }: ReadOptions): boolean {
  return consistency === 'confirmed' || consistency === 'strict';
}

/** @throws TypeError for notes that an entry has no room for */
export function questionOf(plan: Plan, options: EntryOptions): Question {
  assertNote(options.schemaVersion, 'schemaVersion');
  assertNote(options.source, 'source');
  return { plan, confirmed: isConfirmed(options), servesAged: options.consistency !== 'strict', options };
}

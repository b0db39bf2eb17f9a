import type { StoredEntry } from './entry.js';
import type { Plan } from './plan.js';

/** Why an entry of the shared tier may or may not be served. */
export type EntryState = 'fresh' | 'stale' | 'expired' | 'changed' | 'other-shape' | 'other-tags';

/** Whether the live epochs are the ones an entry was stored with. A missing one counts as changed. */
export function sameEpochs(stored: readonly number[], live: readonly (number | undefined)[]): boolean {
  return stored.length === live.length && stored.every((epoch, index) => epoch === live[index]);
}

/** The positions at which an entry's dependencies have changed. */
export function changedPositions(entry: StoredEntry, live: readonly (number | undefined)[]): number[] {
  return [...live.keys()].filter((index) => live[index] !== entry.epoch(index));
}

function epochsHold(entry: StoredEntry, live: readonly (number | undefined)[]): boolean {
  for (let index = 0; index < live.length; index += 1) {
    if (live[index] !== entry.epoch(index)) {
      return false;
    }
  }
  return true;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

/** Judges an entry by the live epochs of its dependencies; `now` is on the shared clock. */
export function judgeEntry(
  entry: StoredEntry,
  plan: Plan,
  live: readonly (number | undefined)[],
  schemaVersion: string | undefined,
  now: number,
): EntryState {
  if (entry.epochCount !== plan.names.length || !sameList(entry.tags, plan.tags)) {
    return 'other-tags';
  }
  if (!epochsHold(entry, live)) {
    return 'changed';
  }
  if (schemaVersion !== undefined && schemaVersion !== entry.schemaVersion) {
    return 'other-shape';
  }
  const age = Math.max(0, now - entry.storedAt);
  if (age < entry.ttlMs) {
    return 'fresh';
  }
  return age < entry.ttlMs + entry.staleMs ? 'stale' : 'expired';
}

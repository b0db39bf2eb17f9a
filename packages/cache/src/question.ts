import { dependenciesOf, type Dependencies } from './dependencies.js';
import type { EntryOptions } from './options.js';
import type { NamespaceCounters, Statistics } from './statistics.js';

/** One read, with what follows from its key and options. */
export interface Question {
  readonly dependencies: Dependencies;
  readonly strict: boolean;
  readonly options: EntryOptions;
  readonly counters: NamespaceCounters;
}

const longestSchemaVersion = 200;

/** @throws TypeError for a bad key, tag or schema version */
export function questionOf(
  key: string,
  tags: readonly string[] | undefined,
  options: EntryOptions,
  statistics: Statistics,
): Question {
  if (
    Buffer.byteLength(options.schemaVersion ?? '') > longestSchemaVersion ||
    Buffer.byteLength(options.source ?? '') > longestSchemaVersion
  ) {
    throw new TypeError(
      `schemaVersion and source of a cache entry must be at most ${longestSchemaVersion} bytes`,
    );
  }
  return {
    dependencies: dependenciesOf(key, tags),
    strict: options.consistency === 'strict',
    options,
    counters: statistics.of(key),
  };
}

import { LRUCache } from 'lru-cache';
import type { CellSnapshot } from './dependency-cells.js';
import type { ReadOptions } from './options.js';
import type { Plan } from './plan.js';
import type { StoredValue } from './stored-value.js';

/** What the in-process tier keeps of one entry. Times are monotonic milliseconds of this process. */
export interface LocalEntry {
  readonly value: StoredValue;
  readonly plan: Plan;
  readonly snapshot: CellSnapshot;
  /** As in Redis; absent when the entry was loaded while Redis was away. */
  readonly epochs: readonly number[] | undefined;
  readonly loadedAt: number;
  /** When Redis got the entry, on the shared clock: tells whether it holds another one by now. */
  readonly storedAt: number;
  readonly freshUntil: number;
  readonly staleUntil: number;
  /** When a refresh begins although the entry is still fresh. */
  readonly refreshAt: number;
  /** Until then no question to Redis is needed. Moved on by each confirmation. */
  confirmedUntil: number;
  /** Until then the entry is served just so: the least of the times above. */
  servedUntil: number;
  readonly schemaVersion: string;
  readonly source: string;
}

/** Bookkeeping for one entry, beside twice its encoded size: objects take more than bytes. */
const overheadBytes = 600;

function entryBytes(entry: LocalEntry, key: string): number {
  return overheadBytes + 2 * entry.value.size + 2 * key.length;
}

/** When the in-process tier may answer. */
export interface LocalSwitches {
  /** Set when several processes share the database without Redis. */
  bypassReason: string | null;
  /** This process alone changes what is cached: no Redis, and nobody else. */
  readonly alone: boolean;
  /** Whether entries may be served without asking Redis. */
  servesLocal(confirmed: boolean): boolean;
}

/** The entries of this process, bounded by number and size, the least recently used dropped first. */
export class LocalTier {
  readonly #entries: LRUCache<string, LocalEntry>;

  constructor(entries: number, bytes: number) {
    this.#entries = new LRUCache<string, LocalEntry>({
      max: entries,
      maxSize: bytes,
      maxEntrySize: Math.max(1, Math.floor(bytes / 8)),
      sizeCalculation: entryBytes,
      dispose: (entry) => entry.snapshot.release(),
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** The entry under a key, whatever its state. */
  find(key: string): LocalEntry | undefined {
    return this.#entries.get(key);
  }

  peek(key: string): LocalEntry | undefined {
    return this.#entries.peek(key);
  }

  /** The keys of all entries, whatever their state. */
  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Keeps an entry, unless a dependency changed since its snapshot. */
  keep(entry: LocalEntry): void {
    if (!entry.snapshot.isCurrent()) {
      return;
    }
    const { key } = entry.plan;
    entry.snapshot.retain();
    this.#entries.set(key, entry);
    if (this.#entries.peek(key) !== entry) {
      // Too large to be kept: nothing disposes of it.
      entry.snapshot.release();
    }
  }

  /** Whether an entry has the shape and all the tags that a reader asks for. */
  answers(entry: LocalEntry, options: ReadOptions): boolean {
    if (options.schemaVersion !== undefined && options.schemaVersion !== entry.schemaVersion) {
      return false;
    }
    const { tags } = options;
    const held = entry.plan.tags;
    return tags === undefined || tags === held || tags.every((tag) => held.includes(tag));
  }

  drop(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}

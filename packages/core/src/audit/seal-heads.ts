import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { isErrno } from '../errno.js';

/** The end of the chain as it stood at a seal. */
export interface SealHead {
  readonly number: bigint;
  readonly toSequence: bigint;
  readonly chainHash: string;
}

const headLine = z.object({
  number: z.coerce.bigint(),
  toSequence: z.coerce.bigint(),
  chainHash: z.string(),
});
/** Where heads come from: the seals of a database, after a number and in their order. */
interface SealSource {
  after(number: bigint, limit: number): Promise<readonly SealHead[]>;
}

const HEADS_AT_ONCE = 500;
/** Longer than any line. */
const TAIL_BYTES = 512;

function headOf(line: string): SealHead | null {
  try {
    return headLine.parse(JSON.parse(line));
  } catch {
    // The last line of a file whose writer was killed; the head is written again at the next seal.
    return null;
  }
}

/**
 * The heads of the chain, outside of the database: whoever rewrites the database, seals and all, cannot rewrite
 * this file in `DATA_DIR` along with it.
 */
export class SealHeads {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'audit', 'heads.jsonl');
  }

  async append(heads: readonly SealHead[]): Promise<void> {
    if (heads.length === 0) return;
    const lines = heads.map(({ number, toSequence, chainHash }) =>
      JSON.stringify({ number: String(number), toSequence: String(toSequence), chainHash }),
    );
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    // Begins with a line end, so that half a line of a killed writer spoils nothing but itself.
    await appendFile(this.#file, `\n${lines.join('\n')}\n`, { mode: 0o600, flush: true });
  }

  /** Notes the heads of all seals that are not noted yet. */
  async catchUp(seals: SealSource): Promise<void> {
    for (;;) {
      const heads = await seals.after(await this.last(), HEADS_AT_ONCE);
      await this.append(heads);
      if (heads.length < HEADS_AT_ONCE) return;
    }
  }

  /**
   * Begins a new file: the heads of a database that another one has taken the place of are no longer its heads. The
   * old file stays beside it; gives its name, null where there was none.
   */
  async setAside(now: Date): Promise<string | null> {
    const name = `heads-until-${now.toISOString().replaceAll(/[:.]/g, '-')}.jsonl`;
    try {
      await rename(this.#file, join(dirname(this.#file), name));
      return name;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return null;
      throw error;
    }
  }

  /** The number of the newest head; 0 when there is none. */
  async last(): Promise<bigint> {
    try {
      const file = await open(this.#file, 'r');
      try {
        const { size } = await file.stat();
        const length = Math.min(size, TAIL_BYTES);
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
        const heads = buffer.toString().split('\n').map(headOf);
        return heads.findLast((head) => head !== null)?.number ?? 0n;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return 0n;
      throw error;
    }
  }

  /** The heads of the seals behind a number, at most up to another; the first one written wins. */
  async between(after: bigint, upTo: bigint | null): Promise<Map<bigint, SealHead>> {
    const heads = new Map<bigint, SealHead>();
    try {
      for await (const line of createInterface({ input: createReadStream(this.#file) })) {
        const head = headOf(line);
        const asked = head && head.number > after && (upTo === null || head.number <= upTo);
        if (head && asked && !heads.has(head.number)) heads.set(head.number, head);
      }
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
    return heads;
  }
}

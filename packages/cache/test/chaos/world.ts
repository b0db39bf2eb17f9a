import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PendingInvalidation } from '../../src/index.ts';
import type { Floor, Message, Request, Score } from './messages.ts';

const file = fileURLToPath(new URL('chaos-process.ts', import.meta.url));
const keyCount = 20;

/** The sum of what all processes have seen. */
export interface Total extends Score {
  readonly killedProcesses: number;
  /** From the commit of a change to the confirmation of its invalidation. */
  readonly longestPendingMs: number;
}

/** A row of the journal with the change that it belongs to. */
interface Row {
  readonly pending: PendingInvalidation;
  readonly since: number;
  readonly keys: readonly string[];
  readonly versions: readonly number[];
}

interface Member {
  readonly child: ChildProcess;
  readonly role: 'reader' | 'writer';
}

/** The database of a chaos run, its processes and its score. */
export class ChaosWorld {
  readonly #url: string;
  readonly #prefix: string;
  readonly #versions = new Map<string, number>();
  readonly #floors = new Map<string, { version: number; readonly since: number }>();
  readonly #journal = new Map<string, Row>();
  readonly #members: Member[] = [];
  #total: Total = {
    strictReads: 0,
    staleStrictReads: 0,
    defaultReads: 0,
    lateDefaultReads: 0,
    latestDefaultMs: 0,
    writes: 0,
    pendingWrites: 0,
    errors: [],
    killedProcesses: 0,
    longestPendingMs: 0,
  };

  constructor(url: string, prefix: string) {
    this.#url = url;
    this.#prefix = prefix;
  }

  get total(): Total {
    return this.#total;
  }

  /** Invalidations that are not confirmed yet. */
  get pending(): number {
    return this.#journal.size;
  }

  start(role: Member['role']): void {
    const child = fork(file, [this.#url, this.#prefix, role, String(keyCount)], {
      execArgv: ['--import', 'tsx'],
    });
    child.on('message', (message: { id: number; request: Request } | { values: number[] }) => {
      if ('id' in message) {
        const answer = this.#answer(message.request);
        this.#say(child, { say: 'answer', id: message.id, answer });
      }
    });
    this.#members.push({ child, role });
  }

  /** SIGKILL to a writer, and another one in its place. */
  async killWriter(): Promise<void> {
    const index = this.#members.findIndex(({ role }) => role === 'writer');
    const [writer] = this.#members.splice(index, 1);
    if (writer !== undefined) {
      await kill(writer.child);
      this.#total = { ...this.#total, killedProcesses: this.#total.killedProcesses + 1 };
      this.start('writer');
    }
  }

  /** Nobody writes or reads any more. */
  calm(): void {
    for (const { child } of this.#members) {
      this.#say(child, { say: 'calm' });
    }
  }

  /** Keys whose reader in any process does not see what the database has. */
  async survivors(): Promise<number> {
    const answers = await Promise.all(
      this.#members.map(async ({ child }) => {
        const values = new Promise<readonly number[]>((resolve) => {
          const hear = (message: { values?: readonly number[] }): void => {
            if (message.values !== undefined) {
              child.off('message', hear);
              resolve(message.values);
            }
          };
          child.on('message', hear);
        });
        this.#say(child, { say: 'check-all' });
        return values;
      }),
    );
    return answers
      .flatMap((values) => values.map((value, index) => value === this.#version(`guild:${index}:state`)))
      .filter((same) => !same).length;
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map(({ child }) => kill(child)));
  }

  #say(child: ChildProcess, message: Message): void {
    if (child.connected) {
      // A process that was killed in the meantime hears nothing.
      child.send(message, () => {});
    }
  }

  #version(key: string): number {
    return this.#versions.get(key) ?? 1;
  }

  #answer(request: Request): unknown {
    switch (request.ask) {
      case 'read':
        return this.#version(request.key);
      case 'commit':
        return this.#commit(request.keys, request.pending);
      case 'journal-append':
        return this.#append(request.pending);
      case 'journal-settle':
        return this.#settle(request.ids);
      case 'journal-pending':
        return [...this.#journal.values()].slice(0, request.limit).map(({ pending }) => pending);
      case 'confirmed':
        return this.#confirm(request.keys, request.versions);
      case 'floor':
        return this.#floor(request.key);
      default:
        return this.#count(request.score);
    }
  }

  #commit(keys: readonly string[], pending: PendingInvalidation): readonly number[] {
    const versions = keys.map((key) => this.#version(key) + 1);
    for (const [index, key] of keys.entries()) {
      this.#versions.set(key, versions[index] ?? 0);
    }
    this.#journal.set(pending.id, { pending, since: performance.now(), keys, versions });
    return versions;
  }

  #append(pending: PendingInvalidation): void {
    if (!this.#journal.has(pending.id)) {
      this.#journal.set(pending.id, { pending, since: performance.now(), keys: [], versions: [] });
    }
  }

  #settle(ids: readonly string[]): void {
    for (const id of ids) {
      const row = this.#journal.get(id);
      if (row !== undefined) {
        this.#journal.delete(id);
        // Whoever confirmed it: from now on strict readers must see the change.
        this.#confirm(row.keys, row.versions);
        const longest = Math.max(this.#total.longestPendingMs, performance.now() - row.since);
        this.#total = { ...this.#total, longestPendingMs: longest };
      }
    }
  }

  #confirm(keys: readonly string[], versions: readonly number[]): void {
    for (const [index, key] of keys.entries()) {
      const version = versions[index] ?? 0;
      if (version > (this.#floors.get(key)?.version ?? 0)) {
        this.#floors.set(key, { version, since: performance.now() });
      }
    }
  }

  #floor(key: string): Floor {
    const floor = this.#floors.get(key);
    return floor === undefined
      ? { version: 0, sinceMs: 0 }
      : { version: floor.version, sinceMs: performance.now() - floor.since };
  }

  #count(score: Score): void {
    const total = this.#total;
    this.#total = {
      ...total,
      strictReads: total.strictReads + score.strictReads,
      staleStrictReads: total.staleStrictReads + score.staleStrictReads,
      defaultReads: total.defaultReads + score.defaultReads,
      lateDefaultReads: total.lateDefaultReads + score.lateDefaultReads,
      latestDefaultMs: Math.max(total.latestDefaultMs, score.latestDefaultMs),
      writes: total.writes + score.writes,
      pendingWrites: total.pendingWrites + score.pendingWrites,
      errors: [...total.errors, ...score.errors].slice(0, 20),
    };
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

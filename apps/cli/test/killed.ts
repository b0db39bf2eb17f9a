import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { column, type Database } from '@slimy/db';
import { startMariaDb } from '@slimy/testing';
import {
  demoInstallationAt,
  startSlimy,
  type DemoInstallation,
  type Ended,
  type Environment,
} from './programs.ts';

const LOOK_EVERY_MS = 2;
/** Milliseconds of work within which a point lies, as long as nobody knows how long it takes. */
const FIRST_WINDOW_MS = 1_000;

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What a command changes: the rows of some tables and the files of a folder. Another text says that it has begun. */
export function changeOf(
  { sql }: Database,
  tables: readonly string[],
  folder: string,
): () => Promise<string> {
  const counts = tables.map((table) => `(SELECT COUNT(*) FROM ${table})`).join(` + 1000 * `);
  return async () => {
    const row = await sql.one(`SELECT ${counts} AS rows_there`, [], { rows_there: column.int });
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return `${row?.rows_there} ${files.join()}`;
  };
}

/** How a command was killed. */
export interface Killed {
  /** Milliseconds from its first change. */
  readonly ms: number;
  /** What it said where it ended before that. */
  readonly ended: Ended | null;
}

/** Ends what a command needs, or the command itself. */
type Strike = (command: ChildProcess) => Promise<void>;

/** Kills the command. */
const killed: Strike = async (command) => {
  command.kill('SIGKILL');
};

/** Strikes commands at points of their work: the longest seen so far is what the points are taken from. */
export class Killer {
  readonly #environment: Environment;
  readonly #look: () => Promise<string>;
  readonly #random: () => number;
  readonly #strike: Strike;
  #window = FIRST_WINDOW_MS;
  /** How many were killed before they had ended. */
  unfinished = 0;

  constructor(
    environment: Environment,
    look: () => Promise<string>,
    random: () => number,
    strike: Strike = killed,
  ) {
    this.#environment = environment;
    this.#look = look;
    this.#random = random;
    this.#strike = strike;
  }

  /** Starts a command and strikes it some time after the first change it makes. */
  async kill(...words: readonly string[]): Promise<Killed> {
    const ms = Math.round(this.#random() * this.#window);
    const before = await this.#look();
    const { process: child, ended } = startSlimy(this.#environment, ...words);
    while ((await this.#look()) === before && child.exitCode === null) await after(LOOK_EVERY_MS);
    const began = performance.now();
    const late = after(ms).then(() => null);
    const said = await Promise.race([late, ended]);
    await this.#strike(child);
    await ended;
    if (said === null) this.unfinished += 1;
    else this.#window = performance.now() - began;
    return { ms, ended: said };
  }
}

/** An installation to be struck, and how. */
export interface StruckInstallation {
  readonly environment: DemoInstallation;
  readonly points: number;
  readonly strike?: Strike;
  /** Ends what was started for it. */
  readonly close: () => Promise<void>;
}

/** An installation on a MariaDB of its own, which is killed under its commands and comes back at once. */
export async function installationOnMortalMariaDb(points: number): Promise<StruckInstallation> {
  const server = await startMariaDb();
  const environment = await demoInstallationAt(await server.createDatabase());
  return {
    environment,
    points,
    strike: async () => {
      await server.kill();
      await server.restart();
    },
    close: () => server.stop(),
  };
}

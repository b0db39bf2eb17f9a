import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@slimy/testing';
import { connect } from '../../src/migrate/connect.ts';
import type { MigrationConnection, Row } from '../../src/migrate/connection.ts';
import type { MigrationLogger } from '../../src/index.ts';
import { prismaFolder } from '../../src/migrate/prisma-folder.ts';

export type EngineFolder = 'mysql' | 'sqlite';

/** A logger that keeps what it is told. */
export function keepingLogger(): MigrationLogger & { readonly lines: string[]; readonly warnings: string[] } {
  const lines: string[] = [];
  const warnings: string[] = [];
  return {
    lines,
    warnings,
    info: (_, message) => lines.push(message),
    warn: (_, message) => warnings.push(message),
  };
}

/** A folder of migrations of our own, to be filled with `write`. */
export class MigrationScratch {
  readonly folder: string;
  readonly #engine: EngineFolder;

  constructor(engine: EngineFolder) {
    this.#engine = engine;
    this.folder = temporaryFolder('migrations');
    mkdirSync(join(this.folder, 'migrations', engine), { recursive: true });
    mkdirSync(join(this.folder, 'sql', engine), { recursive: true });
  }

  migration(name: string, sql: string): this {
    const folder = join(this.folder, 'migrations', this.#engine, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'migration.sql'), sql);
    return this;
  }

  script(name: string, sql: string): this {
    writeFileSync(join(this.folder, 'sql', this.#engine, name), sql);
    return this;
  }

  lockFor(provider: string): this {
    writeFileSync(
      join(this.folder, 'migrations', this.#engine, 'migration_lock.toml'),
      `provider = "${provider}"\n`,
    );
    return this;
  }
}

/** A copy of the program's own migrations, to be changed. */
export function copyOfOurs(engine: EngineFolder): MigrationScratch {
  const scratch = new MigrationScratch(engine);
  cpSync(prismaFolder, scratch.folder, { recursive: true });
  return scratch;
}

/** The names of the program's own migrations. */
export function ourMigrations(engine: EngineFolder): string[] {
  return readdirSync(join(prismaFolder, 'migrations', engine))
    .filter((name) => !name.endsWith('.toml'))
    .sort();
}

/** Runs work on a raw connection to a database. */
export async function withConnection<Result>(
  url: string,
  work: (connection: MigrationConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect({ url }, true);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Runs statements one after the other. */
export async function run(url: string, ...statements: readonly string[]): Promise<void> {
  await withConnection(url, async (connection) => {
    for (const statement of statements) await connection.execute(statement);
  });
}

/** The rows of a query. */
export function rows(url: string, sql: string): Promise<readonly Row[]> {
  return withConnection(url, (connection) => connection.query(sql));
}

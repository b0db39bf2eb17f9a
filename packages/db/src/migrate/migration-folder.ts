import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../sql/direct-sql.js';
import { MigrationError, messageOf } from './migration-error.js';
import { splitStatements, type SqlStatement } from './sql-statements.js';

/** A file of SQL with the name it is recorded under. */
export interface SqlFile {
  readonly name: string;
  readonly path: string;
  readonly sql: string;
  /** SHA-256 of the text in lower-case hex, as Prisma records it. */
  readonly checksum: string;
}

/** The migrations and scripts of one engine, each in the order they run in. */
export interface MigrationFiles {
  readonly migrations: readonly SqlFile[];
  readonly scripts: readonly SqlFile[];
}

/** SHA-256 of a text in lower-case hex. */
export function checksumOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Whether a recorded checksum is this file's, whichever line ends it was recorded with. */
export function isUnchanged(file: SqlFile, recorded: string): boolean {
  const unix = file.sql.replaceAll('\r\n', '\n');
  return [file.sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksumOf(text) === recorded);
}

function readFile(name: string, path: string): SqlFile {
  const sql = readFileSync(path, 'utf8');
  return { name, path, sql, checksum: checksumOf(sql) };
}

function checkProvider(engine: Engine, folder: string): void {
  const lock = join(folder, 'migration_lock.toml');
  if (!existsSync(lock)) return;
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(readFileSync(lock, 'utf8'))?.[1];
  if (provider !== engine) {
    throw new MigrationError(
      'WRONG_FOLDER',
      `${lock} says the migrations are for ${provider ?? 'no engine'}, not for ${engine}. Restore prisma/ from the release.`,
    );
  }
}

/**
 * Reads `<folder>/migrations/<engine>/<name>/migration.sql` and `<folder>/sql/<engine>/*.sql`.
 * @throws MigrationError `WRONG_FOLDER` when there are no migrations, or they are another engine's.
 */
export function readMigrationFiles(folder: string, engine: Engine): MigrationFiles {
  const migrationsFolder = join(folder, 'migrations', engine);
  if (!existsSync(migrationsFolder)) {
    throw new MigrationError(
      'WRONG_FOLDER',
      `There are no migrations in ${migrationsFolder}. Restore prisma/ from the release.`,
    );
  }
  checkProvider(engine, migrationsFolder);
  const migrations = readdirSync(migrationsFolder)
    .sort()
    .map((name) => ({ name, path: join(migrationsFolder, name, 'migration.sql') }))
    .filter(({ path }) => existsSync(path))
    .map(({ name, path }) => readFile(name, path));
  const scriptsFolder = join(folder, 'sql', engine);
  const scripts = existsSync(scriptsFolder)
    ? readdirSync(scriptsFolder)
        .filter((name) => name.endsWith('.sql'))
        .sort()
        .map((name) => readFile(name, join(scriptsFolder, name)))
    : [];
  return { migrations, scripts };
}

/**
 * The statements of a file.
 * @throws MigrationError `WRONG_FOLDER` when the text is not SQL that can be cut into statements.
 */
export function statementsOf(file: SqlFile, engine: Engine): readonly SqlStatement[] {
  try {
    return splitStatements(engine, file.sql);
  } catch (error) {
    throw new MigrationError('WRONG_FOLDER', `${file.path}: ${messageOf(error)}`, { cause: error });
  }
}

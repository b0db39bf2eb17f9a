// node scripts/new-migration.mjs <name>: writes, for both engines, a migration that creates the tables of the
// Prisma schema that no migration and no script creates yet. Changes to tables that are there are written by
// hand into the same files; the drift test says whether they are complete. Needs a build. A name that begins
// with its own 14 digits is taken as it is: so a migration that is not released yet is written anew.
//
// node scripts/new-migration.mjs --script <table>: prints the script that creates one external table.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableModels } from '../dist/generated/tables.js';
import { expectedShape } from '../dist/migrate/table-shape.js';
import { migrationSql, scriptSql } from './table-ddl.mjs';

const prisma = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'prisma');
const engines = ['mysql', 'sqlite'];

function sqlFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

function createdTables(engine) {
  const text = [join(prisma, 'migrations', engine), join(prisma, 'sql', engine)].flatMap(sqlFiles).join('\n');
  return new Set(
    [...text.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?[`"](\w+)[`"]/g)].map(([, name]) => name),
  );
}

function writeMigration(engine, folderName) {
  const present = createdTables(engine);
  const missing = tableModels.filter(({ table }) => !present.has(table));
  const folder = join(prisma, 'migrations', engine, folderName);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'migration.sql'),
    migrationSql(
      engine,
      missing.map((model) => expectedShape(engine, model)),
    ),
  );
  writeFileSync(
    join(prisma, 'migrations', engine, 'migration_lock.toml'),
    `# Says which engine these migrations are for. Prisma and the program's own runner refuse another one.\nprovider = "${engine}"\n`,
  );
  console.log(`${folder}: ${missing.map(({ table }) => table).join(', ') || 'no new table'}`);
}

const [first, second] = process.argv.slice(2);
if (first === '--script' && second !== undefined) {
  const model = tableModels.find(({ table }) => table === second);
  if (!model) throw new Error(`The schema has no table ${second}.`);
  for (const engine of engines)
    console.log(`-- ${engine}\n${scriptSql(engine, expectedShape(engine, model))}`);
} else if (first !== undefined && /^[a-z0-9_]+$/.test(first)) {
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const name = /^\d{14}_/.test(first) ? first : `${stamp}_${first}`;
  for (const engine of engines) writeMigration(engine, name);
} else {
  console.error('usage: new-migration.mjs <name in lower case> | --script <table>');
  process.exit(1);
}

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);

/** What MariaDB understands and MySQL 8 does not, or the other way round. */
const denied: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['RETURNING', /\bRETURNING\b/i],
  ['IF [NOT] EXISTS on a column', /\b(ADD|DROP|MODIFY|CHANGE)\s+COLUMN\s+IF\s+(NOT\s+)?EXISTS\b/i],
  ['IF [NOT] EXISTS on an index', /\bINDEX\s+IF\s+(NOT\s+)?EXISTS\b/i],
  ['IF [NOT] EXISTS on a key', /\b(FOREIGN KEY|CONSTRAINT)\s+IF\s+(NOT\s+)?EXISTS\b/i],
  ['a 0900 collation', /_0900_/i],
  ['a MariaDB collation', /\buca1400|_nopad_/i],
  ['the UUID or INET type', /\s(UUID|INET4|INET6)\s*(NOT\s+NULL|NULL|,|\)|PRIMARY)/i],
  ['a sequence', /\b(CREATE|DROP|ALTER)\s+SEQUENCE\b|\bNEXT\s+VALUE\s+FOR\b|\bNEXTVAL\b/i],
  ['OR REPLACE of a table or trigger', /\bCREATE\s+OR\s+REPLACE\s+(TABLE|TRIGGER|INDEX)\b/i],
  ['a row alias after VALUES', /\bVALUES\s*\([^;]*\)\s+AS\s+\w+\s+ON\s+DUPLICATE\b/i],
];

function findings(sql: string): string[] {
  const code = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '');
  return denied.filter(([, pattern]) => pattern.test(code)).map(([what]) => what);
}

function files(folder: string, ending: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}${name}`);
}

describe('SQL for MariaDB is SQL for MySQL 8', () => {
  const migrations = files('prisma/migrations/mysql/', '.sql');
  const scripts = files('prisma/sql/mysql/', '.sql');
  const sources = [
    ...files('packages/db/src/repositories/', '.ts'),
    ...files('packages/db/src/writers/', '.ts'),
    ...files('packages/db/src/sql/', '.ts'),
    'packages/db/src/dialect/mysql.ts',
    'packages/db/src/mysql/direct.ts',
  ];

  it('has files to hold', () => {
    expect(migrations.length).toBeGreaterThan(0);
    expect(scripts.length).toBeGreaterThan(1);
  });

  it.each([...migrations, ...scripts, ...sources])('%s', (file) => {
    expect(findings(readFileSync(new URL(file, root), 'utf8'))).toEqual([]);
  });

  it.each([
    ['INSERT INTO a VALUES (1) RETURNING id', 'RETURNING'],
    ['ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT', 'IF [NOT] EXISTS on a column'],
    ['CREATE INDEX IF NOT EXISTS a_b ON a (b)', 'IF [NOT] EXISTS on an index'],
    ['CREATE TABLE a (b INT) COLLATE utf8mb4_0900_ai_ci', 'a 0900 collation'],
    ['CREATE TABLE a (b UUID NOT NULL)', 'the UUID or INET type'],
    ['CREATE SEQUENCE s', 'a sequence'],
    ['CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON a', 'OR REPLACE of a table or trigger'],
  ])('refuses %s', (sql, what) => {
    expect(findings(sql)).toContain(what);
  });

  it('lets comments speak of it', () => {
    expect(findings('-- no RETURNING here\nSELECT 1')).toEqual([]);
  });
});

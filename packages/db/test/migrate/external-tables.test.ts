import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import config from '../../prisma.config.ts';
import { tableModels } from '../../src/generated/tables.ts';
import { prismaFolder } from '../../src/migrate/prisma-folder.ts';

function createdTables(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/CREATE TABLE (?:IF NOT EXISTS )?[`"](\w+)[`"]/g),
    ])
    .map(([, table = '']) => table)
    .filter((table) => !table.startsWith('_'))
    .sort();
}

describe.each(['mysql', 'sqlite'])('external tables (%s)', (engine) => {
  const external = [...(config.tables?.external ?? [])].sort();

  test('are created by the scripts alone, and the scripts create no others', () => {
    expect(createdTables(join(prismaFolder, 'sql', engine))).toEqual(external);
  });

  test('and those of the migrations are the tables of the schema', () => {
    const created = createdTables(join(prismaFolder, 'migrations', engine));
    expect(created).toEqual(
      tableModels
        .map(({ table }) => table)
        .filter((table) => !external.includes(table))
        .sort(),
    );
  });
});

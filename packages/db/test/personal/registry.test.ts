import { describe, expect, it } from 'vitest';
import { personalTables, tablesThatGo } from '../../src/index.ts';
import { schema } from '../support/schema.ts';

const { models } = schema();

/** Names that say that a column is about somebody. */
const telling =
  /user_id|discord_id|_by_id|owner_id|username|global_name|display_name|e_?mail|ip_address|user_agent|actor_ref/;

describe('The registry of columns that tell who somebody is', () => {
  it('declares every column of every table, each once', () => {
    const undeclared = models.flatMap(({ table, fields }) => {
      const declared = personalTables.find((one) => one.table === table);
      const known = [...Object.keys(declared?.columns ?? {}), ...(declared?.others.split(' ') ?? [])];
      const columns = fields.filter(({ scalar }) => scalar).map(({ column }) => column);
      expect(new Set(known).size, `${table} declares a column twice`).toBe(known.length);
      expect(
        known.filter((name) => !columns.includes(name)),
        `${table} declares what it has not`,
      ).toEqual([]);
      return columns.filter((name) => !known.includes(name)).map((name) => `${table}.${name}`);
    });
    expect(undeclared, 'say in packages/db/src/personal/registry.ts what becomes of these').toEqual([]);
    expect(personalTables.map(({ table }) => table).toSorted()).toEqual(
      models.map(({ table }) => table).toSorted(),
    );
  });

  it('leaves no column out that leads to a person by its key or by its name', () => {
    const missing = models.flatMap(({ table, fields }) => {
      const { columns = {} } = personalTables.find((one) => one.table === table) ?? {};
      const keys = fields
        .filter(({ type }) => type === 'User')
        .flatMap(({ relationFields = [] }) => relationFields)
        .map((name) => fields.find((field) => field.name === name)?.column ?? name);
      const named = fields
        .filter(({ scalar, column }) => scalar && telling.test(column))
        .map(({ column }) => column);
      return [...keys, ...named].filter((name) => !(name in columns)).map((name) => `${table}.${name}`);
    });
    expect(missing).toEqual([]);
  });

  it('names the teller of an event and the rooms, and takes the person’s own row last', () => {
    const erasure = (table: string, column: string) =>
      personalTables.find((one) => one.table === table)?.columns[column];
    expect(erasure('stats', 'source')).toBe('renamed');
    expect(erasure('rooms', 'name')).toBe('swept');
    expect(tablesThatGo.at(-1)).toBe('users');
  });

  it('takes a row only where something leads to its person', () => {
    for (const { table, goes, of, columns } of personalTables) {
      expect(goes && of === null, table).toBe(false);
      expect(Object.values(columns).includes('row'), table).toBe(goes);
    }
  });
});

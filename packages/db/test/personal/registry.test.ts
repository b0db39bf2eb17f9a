import { describe, expect, it } from 'vitest';
import { personalTables, tablesThatGo, textColumns } from '../../src/index.ts';
import { uniqueIndexes } from '../../src/generated/columns.ts';
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

  it('says of every text with room for an id whether others may be mentioned in it', () => {
    /** The shortest id that Discord gives. */
    const room = 17;
    const settled: readonly (string | undefined)[] = ['swept', 'items', 'hash', 'pseudonym', 'renamed'];
    const undeclared = models.flatMap(({ table, fields }) => {
      const columns = fields.filter(({ scalar }) => scalar).map(({ column }) => column);
      const { mentions, plain } = textColumns[table] ?? { mentions: {}, plain: '' };
      const declared = [...Object.keys(mentions), ...plain.split(' ').filter(Boolean)];
      expect(new Set(declared).size, `${table} declares a text twice`).toBe(declared.length);
      expect(
        declared.filter((name) => !columns.includes(name)),
        `${table} declares a text that it has not`,
      ).toEqual([]);
      const erasures = personalTables.find((one) => one.table === table)?.columns ?? {};
      const keys = fields.flatMap(({ relationFields = [] }) => relationFields);
      return fields
        .filter(
          ({ type, maxCharacters = room }) => type === 'Json' || (type === 'String' && maxCharacters >= room),
        )
        .filter(({ scalar, id, name, column }) => {
          return scalar && !id && !keys.includes(name) && !settled.includes(erasures[column]);
        })
        .filter(({ column }) => !declared.includes(column))
        .map(({ column }) => `${table}.${column}`);
    });
    expect(undeclared, 'say in packages/db/src/personal/text-columns.ts what these can hold').toEqual([]);
  });

  it('tells apart what is unique once somebody is taken out of it', () => {
    const wrong = Object.entries(textColumns).flatMap(([table, { mentions }]) =>
      uniqueIndexes
        .filter((index) => index.table === table)
        .flatMap(({ columns }) => columns.filter((name) => mentions[name] === 'text'))
        .map((name) => `${table}.${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('takes a row only where something leads to its person', () => {
    for (const { table, goes, of, columns } of personalTables) {
      expect(goes && of === null, table).toBe(false);
      expect(Object.values(columns).includes('row'), table).toBe(goes);
    }
  });
});

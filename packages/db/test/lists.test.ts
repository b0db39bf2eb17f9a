import { describeOnEachEngine } from '@slimy/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { column, InvalidCursorError, normaliseName, type SqlValue } from '../src/index.ts';
import { cursorFormat } from '../src/lists/cursor.ts';
import { afterSql } from '../src/lists/keyset.ts';
import { searchPattern } from '../src/lists/search.ts';
import { guild, useDatabase } from './support/database.ts';

describeOnEachEngine('lists', (fixture) => {
  const database = useDatabase(fixture);

  async function namesFound(typed: string): Promise<string[]> {
    const pattern = searchPattern(typed);
    if (pattern === null) return [];
    const rows = await database().sql.query(
      'SELECT name FROM guilds WHERE name_key LIKE ? ORDER BY id',
      [pattern],
      {
        name: column.text,
      },
    );
    return rows.map(({ name }) => name);
  }

  it('are searched without case and accents, and %, _ and \\ mean themselves', async () => {
    const names = [
      '100% Snails',
      '100 Snails',
      'snail_club',
      'snailXclub',
      'back\\slash',
      'Café Ünder',
      'cafe',
      '🐌🐙',
      '🐌',
    ];
    await tablesOf(database()).guild.createMany({
      data: names.map((name, index) => ({
        ...guild(String(400_000_000_000_000_000n + BigInt(index))),
        name,
        nameKey: normaliseName(name),
      })),
    });
    expect(await namesFound('SNAILS')).toEqual(['100% Snails', '100 Snails']);
    expect(await namesFound('0%')).toEqual(['100% Snails']);
    expect(await namesFound('%')).toEqual(['100% Snails']);
    expect(await namesFound('_')).toEqual(['snail_club']);
    expect(await namesFound('\\')).toEqual(['back\\slash']);
    expect(await namesFound('CAFÉ')).toEqual(['Café Ünder', 'cafe']);
    expect(await namesFound('🐌')).toEqual(['🐌🐙', '🐌']);
    expect(await namesFound('   ')).toEqual([]);
  });

  it.each(['asc', 'desc'] as const)(
    'are walked %s by keyset without a gap or a double',
    async (direction) => {
      const { sql } = database();
      await sql.execute('DELETE FROM program_facts');
      // Few instants for many rows, so that most pages end among equal ones.
      for (let index = 0; index < 60; index += 1) {
        const instant = new Date(Date.UTC(2026, 0, 1, 0, 0, 0, index % 7));
        await sql.execute('INSERT INTO program_facts (name, value, updated_at) VALUES (?, ?, ?)', [
          `fact-${String(index * 37).padStart(4, '0')}`,
          'x',
          instant,
        ]);
      }
      const shape = { name: column.text, updated_at: column.instant };
      const order = `ORDER BY updated_at ${direction}, name ${direction}`;
      const all = await sql.query(`SELECT name, updated_at FROM program_facts ${order}`, [], shape);
      const walked: typeof all = [];
      for (;;) {
        const last = walked.at(-1);
        const place = last && afterSql(direction, ['updated_at', last.updated_at], ['name', last.name]);
        const parameters: SqlValue[] = [...(place?.parameters ?? []), 7];
        const page = await sql.query(
          `SELECT name, updated_at FROM program_facts ${place ? `WHERE ${place.text}` : ''} ${order} LIMIT ?`,
          parameters,
          shape,
        );
        if (page.length === 0) break;
        walked.push(...page);
      }
      expect(walked).toEqual(all);
    },
  );
});

describe('a cursor', () => {
  const format = cursorFormat('members', 'instant', 'bigint', 'text');

  it('gives back the place it was made of', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true }),
        fc.bigInt(-(2n ** 62n), 2n ** 62n),
        fc.string({ unit: 'grapheme', maxLength: 64 }),
        (instant, number, text) => {
          const cursor = format.encode([instant, number, text]);
          expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(format.decode(cursor)).toEqual([instant, number, text]);
        },
      ),
    );
  });

  it('that this list did not make is refused as such, whatever it is', () => {
    const made = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
    const foreign = [
      '',
      'not a cursor',
      cursorFormat('guilds', 'instant', 'bigint', 'text').encode([new Date(), 1n, 'x']),
      made(null),
      made(['members']),
      made(['members', 1, '2', 'x', 'more']),
      made(['members', '2026-01-01', '2', 'x']),
      made(['members', 1e300, '2', 'x']),
      made(['members', 1, 'two', 'x']),
      made(['members', 1, '2', { $gt: '' }]),
      made(['members', 1, '2', 'x'.repeat(513)]),
    ];
    for (const cursor of foreign) expect(() => format.decode(cursor), cursor).toThrow(InvalidCursorError);
    fc.assert(
      fc.property(fc.string({ maxLength: 512 }), (text) => {
        expect(() => format.decode(text)).toThrow(InvalidCursorError);
      }),
    );
  });
});

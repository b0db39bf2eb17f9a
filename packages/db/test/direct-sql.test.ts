import { describeOnEachEngine } from '@slimy/testing';
import { describe, expect, it } from 'vitest';
import { column, DatabaseError, jsonText, type SqlExecutor } from '../src/index.ts';
import { useDatabase } from './support/database.ts';

describeOnEachEngine('direct SQL', (fixture) => {
  const database = useDatabase(fixture);
  let made = 0;

  /** An empty table with a column of each kind. */
  async function emptyTable(): Promise<string> {
    made += 1;
    const table = `kinds_${made}`;
    const kinds =
      database().engine === 'mysql'
        ? ['VARCHAR(100)', 'BIGINT', 'INTEGER', 'DOUBLE', 'BOOLEAN', 'DATETIME(3)', 'JSON', 'BLOB']
        : ['TEXT', 'BIGINT', 'INTEGER', 'REAL', 'BOOLEAN', 'DATETIME', 'JSONB', 'BLOB'];
    const names = ['t', 'big', 'i', 'r', 'b', 'at', 'j', 'bytes'];
    await database().sql.execute(
      `CREATE TABLE ${table} (${names.map((name, index) => `${name} ${kinds[index]} NULL`).join(', ')})`,
    );
    return table;
  }

  const columns = {
    t: column.nullable(column.text),
    big: column.nullable(column.bigint),
    i: column.nullable(column.int),
    r: column.nullable(column.real),
    b: column.nullable(column.boolean),
    at: column.nullable(column.instant),
    j: column.nullable(column.json),
    bytes: column.nullable(column.bytes),
  };
  const row = {
    t: "it's 100% “fine” \\ ? 🐌 \u{1F469}\u200D\u{1F680}",
    big: 9_223_372_036_854_775_807n,
    i: -7,
    r: 0.1,
    b: true,
    at: new Date('2026-03-29T01:59:59.999Z'),
    j: { list: [1, 'two', null], nested: { '🐌': true } },
    bytes: new Uint8Array([0, 1, 255]),
  };

  async function storeAndRead(sql: SqlExecutor, table: string): Promise<unknown> {
    await sql.execute(
      `INSERT INTO ${table} (t, big, i, r, b, at, j, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [row.t, row.big, row.i, row.r, row.b, row.at, jsonText(row.j), row.bytes],
    );
    const read = await sql.one(
      `SELECT * FROM ${table} WHERE at = ? AND big = ? AND b = ?`,
      [row.at, row.big, true],
      columns,
    );
    return read && { ...read, bytes: read.bytes && new Uint8Array(read.bytes) };
  }

  it('keeps every value of a statement of many rows, and none of them becomes part of the statement', async () => {
    const table = await emptyTable();
    const texts = ["'); DROP TABLE x; --", '\\', "\\'", '"', '`', '?', '%_\n\r\t\u001a', row.t, '数🐌', ''];
    const bigs = [row.big, -row.big - 1n, 0n, null];
    const reals = [0.1, -0, 1e300, 5e-324, 1e21, 123_456_789.123_456_79, 9_007_199_254_740_991];
    const rows = Array.from({ length: 300 }, (_, n) => ({
      t: texts[n % texts.length] ?? null,
      big: bigs[n % bigs.length] ?? null,
      i: n,
      r: reals[n % reals.length] ?? null,
      b: n % 2 === 0,
      at: new Date(row.at.getTime() + n),
      j: { n, text: texts[n % texts.length] },
      bytes: row.bytes,
    }));
    const marks = rows.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
    const values = rows.flatMap(({ t, big, i, r, b, at, j, bytes }) => [
      t,
      big,
      i,
      r,
      b,
      at,
      jsonText(j),
      bytes,
    ]);
    const insert = `INSERT INTO ${table} (t, big, i, r, b, at, j, bytes) VALUES ${marks}`;
    expect(await database().sql.execute(insert, values)).toBe(300);
    const read = await database().sql.query(`SELECT * FROM ${table} ORDER BY i`, [], columns);
    const plain = read.map(({ bytes, ...rest }) => ({ ...rest, bytes: bytes && new Uint8Array(bytes) }));
    expect(plain.map((one) => ({ ...one, r: one.r === 0 ? 0 : one.r }))).toEqual(
      rows.map((one) => ({ ...one, r: one.r === 0 ? 0 : one.r })),
    );
    const tooLarge = values.map((value) => (typeof value === 'bigint' ? 2n ** 63n : value));
    await expect(database().sql.execute(insert, tooLarge)).rejects.toThrow(DatabaseError);
  });

  describe.each(['by itself', 'in its transaction', 'in a transaction of the tables'] as const)(
    '%s',
    (where) => {
      it('gives back every kind of value as it was', async () => {
        const table = await emptyTable();
        const read = await (where === 'by itself'
          ? storeAndRead(database().sql, table)
          : where === 'in its transaction'
            ? database().sql.tx((sql) => storeAndRead(sql, table))
            : database().transaction(({ sql }) => storeAndRead(sql, table)));
        expect(read).toEqual(row);
      });
    },
  );

  it('gives null for what is null and for a row that is not there', async () => {
    const table = await emptyTable();
    await database().sql.execute(`INSERT INTO ${table} (t) VALUES (?)`, [null]);
    const read = await database().sql.one(`SELECT * FROM ${table}`, [], columns);
    expect(Object.values(read ?? {})).toEqual(Array(8).fill(null));
    expect(await database().sql.one(`SELECT * FROM ${table} WHERE i = ?`, [1], columns)).toBeNull();
  });

  it('counts, sums beyond 2^53 and limits by a bound number', async () => {
    const table = await emptyTable();
    const { sql } = database();
    for (const i of [1, 2, 3]) {
      await sql.execute(`INSERT INTO ${table} (i, big) VALUES (?, ?)`, [
        i,
        4_000_000_000_000_000_000n / BigInt(i),
      ]);
    }
    const shape = { n: column.int, total: column.bigint };
    expect(await sql.one(`SELECT COUNT(*) AS n, SUM(big) AS total FROM ${table}`, [], shape)).toEqual({
      n: 3,
      total: 7_333_333_333_333_333_333n,
    });
    const limited = await sql.query(`SELECT i FROM ${table} ORDER BY i LIMIT ?`, [2], { i: column.int });
    expect(limited).toEqual([{ i: 1 }, { i: 2 }]);
  });

  it('says how many rows a statement found', async () => {
    const table = await emptyTable();
    const { sql } = database();
    await sql.execute(`INSERT INTO ${table} (i) VALUES (?), (?), (?)`, [1, 2, 2]);
    expect(await sql.execute(`UPDATE ${table} SET t = ? WHERE i = ?`, ['x', 2])).toBe(2);
    expect(await sql.execute(`UPDATE ${table} SET t = ? WHERE i = ?`, ['x', 2])).toBe(2);
    expect(await sql.execute(`DELETE FROM ${table} WHERE i = ?`, [9])).toBe(0);
  });

  it('binds what looks like SQL as a value', async () => {
    const table = await emptyTable();
    const hostile = `'); DROP TABLE ${table}; --`;
    await database().sql.execute(`INSERT INTO ${table} (t) VALUES (?)`, [hostile]);
    const read = await database().sql.one(`SELECT t FROM ${table} WHERE t = ?`, [hostile], {
      t: column.text,
    });
    expect(read).toEqual({ t: hostile });
  });

  it('compares texts of our tables byte by byte: case, accents and emoji differ', async () => {
    const { sql } = database();
    const texts = ['cafe', 'Cafe', 'café', '🐌', '🐙'];
    for (const text of texts) {
      await sql.execute('INSERT INTO rooms (name, sequence) VALUES (?, ?)', [text, 0]);
    }
    for (const text of texts) {
      const found = await sql.query('SELECT name FROM rooms WHERE name = ?', [text], { name: column.text });
      expect(found).toEqual([{ name: text }]);
    }
  });

  it('sees the new columns of a table that it has read before', async () => {
    const table = await emptyTable();
    const { sql } = database();
    const all = `SELECT * FROM ${table}`;
    await sql.execute(`INSERT INTO ${table} (i) VALUES (?)`, [1]);
    await sql.query(all, [], { i: column.int });
    await sql.execute(`ALTER TABLE ${table} ADD COLUMN late INTEGER NOT NULL DEFAULT 5`);
    expect(await sql.query(all, [], { i: column.int, late: column.int })).toEqual([{ i: 1, late: 5 }]);
  });

  it('names a column that is not there or of another kind, without its value', async () => {
    const table = await emptyTable();
    const { sql } = database();
    await sql.execute(`INSERT INTO ${table} (t) VALUES (?)`, ['secret']);
    const absent = sql.query(`SELECT t FROM ${table}`, [], { missing: column.text });
    await expect(absent).rejects.toThrow('no column "missing"');
    const wrong = await sql
      .query(`SELECT t FROM ${table}`, [], { t: column.int })
      .catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(DatabaseError);
    expect(String(wrong)).toMatch(/"t" .* not a whole number/);
    expect(String(wrong)).not.toContain('secret');
  });

  it('measures a round trip', async () => {
    expect(await database().sql.health()).toBeGreaterThan(0);
    expect(await database().health()).toBeGreaterThan(0);
  });
});

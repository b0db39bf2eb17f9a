import { describeOnEachEngine } from '@slimy/testing';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { openDatabase } from '../src/index.ts';
import { person, useDatabase } from './support/database.ts';
import { errorOf } from './support/errors.ts';

describeOnEachEngine('one vocabulary of errors', (fixture) => {
  const database = useDatabase(fixture);
  const insertPerson = `INSERT INTO users (id, discord_id, username, username_key, audit_ref, created_at, updated_at) VALUES (?, ?, 'a', 'a', ?, ?, ?)`;

  describe.each(['tables', 'direct SQL'] as const)('through %s', (access) => {
    async function insert(row: ReturnType<typeof person>): Promise<unknown> {
      return access === 'tables'
        ? tablesOf(database()).user.create({ data: row })
        : database().sql.execute(insertPerson, [
            row.id,
            row.discordId,
            row.auditRef,
            row.createdAt,
            row.updatedAt,
          ]);
    }

    it('names table and columns of a unique index', async () => {
      const row = person();
      await insert(row);
      const error = await errorOf(insert({ ...person(), discordId: row.discordId }));
      expect(error).toMatchObject({ kind: 'unique_violation', table: 'users', columns: ['discord_id'] });
      expect(error.isUniqueOn('discord_id')).toBe(true);
      expect(error.passing).toBe(false);
    });

    it('names table and column of a primary key', async () => {
      const row = person();
      await insert(row);
      const error = await errorOf(insert({ ...person({ id: row.id }), auditRef: `${row.id}-2` }));
      expect(error).toMatchObject({ kind: 'unique_violation', table: 'users', columns: ['id'] });
    });

    it('tells a missing parent', async () => {
      const error = await errorOf(
        access === 'tables'
          ? tablesOf(database()).conversation.create({
              data: { id: 'c1', userId: 'nobody', createdAt: new Date(), updatedAt: new Date() },
            })
          : database().sql.execute(
              'INSERT INTO conversations (id, user_id, created_at, updated_at) VALUES (?, ?, ?, ?)',
              ['c1', 'nobody', new Date(), new Date()],
            ),
      );
      expect(error.kind).toBe('foreign_key');
    });

    it('tells a missing table', async () => {
      const error = await errorOf(
        access === 'tables'
          ? database().transaction((tx) => tx.sql.execute('UPDATE nowhere SET a = ?', [1]))
          : database().sql.execute('UPDATE nowhere SET a = ?', [1]),
      );
      expect(error.kind).toBe('schema');
    });

    it('shows no value of the row, wherever one looks', async () => {
      const row = person();
      await insert(row);
      const error = await errorOf(insert({ ...person(), discordId: row.discordId }));
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(row.discordId);
    });
  });

  it('tells that the row to change is not there', async () => {
    const change = tablesOf(database()).user.update({ where: { id: 'nobody' }, data: { username: 'x' } });
    expect((await errorOf(change)).kind).toBe('not_found');
  });

  it('tells that a call does not fit the schema, without its values', async () => {
    const call = tablesOf(database()).user.findUnique({
      // @ts-expect-error -- what a caller without types could pass
      where: { shoeSize: 'secret-value' },
    });
    const error = await errorOf(call);
    expect(error.kind).toBe('misuse');
    expect(error.message).toContain('shoeSize');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret-value');
  });

  it('names the column a text is too long for, through direct SQL', async () => {
    const error = await errorOf(
      database().sql.execute('INSERT INTO rooms (name, sequence) VALUES (?, ?)', ['x'.repeat(97), 1]),
    );
    expect(error).toMatchObject({ kind: 'too_long', columns: ['name'] });
  });

  it('names the column that needs a value', async () => {
    const error = await errorOf(
      database().sql.execute('INSERT INTO users (id, discord_id) VALUES (?, ?)', ['x', 'y']),
    );
    expect(error.kind).toBe('not_null');
    expect(error.columns).toHaveLength(1);
  });

  it('lets the errors of the work itself through a transaction as they are', async () => {
    const own = Object.assign(new Error('mine'), { code: 'ECONNREFUSED', errno: -111 });
    await expect(database().transaction(() => Promise.reject(own))).rejects.toBe(own);
    await expect(database().sql.tx(() => Promise.reject(own))).rejects.toBe(own);
  });
});

describeOnEachEngine('a closed database', (fixture) => {
  it('says so at every call, and closing it again does nothing', async () => {
    const url = await fixture.databaseUrl();
    const database = await openDatabase({ url });
    await database.health();
    await database.close();
    await database.close();
    const calls = [
      () => database.health(),
      () => database.sql.execute('SELECT 1'),
      () => database.sql.tx(async () => {}),
      () => database.transaction(async () => {}),
      () => tablesOf(database).room.count(),
    ];
    for (const call of calls) {
      expect(await errorOf(call())).toMatchObject({
        kind: 'unavailable',
        message: 'The database is closed.',
      });
    }
  });
});

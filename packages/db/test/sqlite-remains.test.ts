import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@slimy/testing';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertPlainRows, migrate, openDatabase, readPlainRows, type Database } from '../src/index.ts';
import { guild, storedPerson } from './support/database.ts';
import { tablesOf } from '../src/client/of.ts';

const sought = '80351110224678912';

describe('what is left in the pages of the embedded file', () => {
  const file = join(temporaryFolder('sqlite'), 'slimy.db');
  let database: Database;
  const isLeft = () => readFileSync(file).includes(sought) || readFileSync(`${file}-wal`).includes(sought);

  beforeAll(async () => {
    await migrate({ database: { url: `file:${file}` }, logger: { info: () => {}, warn: () => {} } });
    database = await openDatabase({ url: `file:${file}` });
    const { id } = await storedPerson(database);
    await tablesOf(database).guild.create({ data: guild('1') });
    // Pages that fill, are split and joined again: SQLite moves rows in them and overwrites only those that go.
    const rows = Array.from({ length: 1_200 }, (_, index) => ({
      id: String(index).padStart(26, '0'),
      guild_id: '1',
      user_id: id,
      sequence: String(index + 1),
      role: 'user',
      text: index % 4 === 0 ? `hello <@${sought}>` : 'said',
      admin_only: false,
      created_at: '2026-11-22T14:00:00.000Z',
    }));
    await database.transaction(({ sql }) => insertPlainRows(sql, 'chat_messages', rows));
    await database.sql.execute(`DELETE FROM chat_messages WHERE text = 'said'`);
    await database.sql.execute(`UPDATE chat_messages SET text = 'hello'`);
  });
  afterAll(() => database.close());

  it('is named as not gone while somebody reads an older state', async () => {
    const reader = new Libsql(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT COUNT(*) FROM users').get();
    await database.sql.execute(`UPDATE chat_messages SET role = 'assistant'`);
    expect(await database.dropRemains([sought])).toBe(false);
    reader.exec('COMMIT');
    reader.close();
  });

  it('goes although the rows that were moved left copies behind', async () => {
    await database.sql.query('PRAGMA wal_checkpoint(TRUNCATE)', [], {});
    expect(isLeft()).toBe(true);
    expect(await database.dropRemains([sought])).toBe(true);
    expect(isLeft()).toBe(false);
    expect(await readPlainRows(database.sql, 'chat_messages', {})).toHaveLength(300);
  });
});

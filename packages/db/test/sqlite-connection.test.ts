import { join } from 'node:path';
import { temporaryFolder } from '@slimy/testing';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { column, migrate, openDatabase, type Database } from '../src/index.ts';
import { storedPerson } from './support/database.ts';
import { FairMutex } from '../src/sqlite/mutex.ts';

describe('the one connection to the embedded file', () => {
  const file = join(temporaryFolder('sqlite'), 'data', 'slimy.db');
  const url = `file:${file}`;
  let database: Database;
  beforeAll(async () => {
    await migrate({ database: { url }, logger: { info: () => {}, warn: () => {} } });
    database = await openDatabase({ url });
  });
  afterAll(() => database.close());

  it('keeps a write-ahead log and foreign keys', async () => {
    const mode = await database.sql.one('PRAGMA journal_mode', [], { journal_mode: column.text });
    const keys = await database.sql.one('PRAGMA foreign_keys', [], { foreign_keys: column.int });
    expect([mode?.journal_mode, keys?.foreign_keys]).toEqual(['wal', 1]);
  });

  it('keeps instants as UTC text with milliseconds, by either way', async () => {
    const { id } = await storedPerson(database);
    await database.sql.execute('UPDATE users SET updated_at = ? WHERE id = ?', [
      new Date(Date.UTC(2026, 0, 2)),
      id,
    ]);
    const row = await database.sql.one('SELECT created_at, updated_at FROM users WHERE id = ?', [id], {
      created_at: column.text,
      updated_at: column.text,
    });
    expect(row).toEqual({ created_at: '2026-11-22T14:00:00.123Z', updated_at: '2026-01-02T00:00:00.000Z' });
  });

  it('waits for a lock of another process without holding up the program', async () => {
    const other = new Libsql(file);
    other.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 5);
    const write = database.transaction((tx) => tx.sql.execute('DELETE FROM rooms WHERE name = ?', ['x']));
    await expect.poll(() => ticks).toBeGreaterThan(10);
    clearInterval(ticking);
    other.exec('COMMIT');
    other.close();
    expect(await write).toBe(0);
  });

  it('goes on after a transaction whose work failed in every way', async () => {
    for (const work of [
      () => Promise.reject(new Error('rejected')),
      () => {
        throw new Error('thrown');
      },
    ]) {
      await expect(database.transaction(work)).rejects.toThrow();
      await expect(database.sql.tx(work)).rejects.toThrow();
    }
    expect(await tablesOf(database).room.count()).toBe(0);
  });
});

describe('the mutex', () => {
  it('lets waiters in one at a time, in the order they came', async () => {
    const mutex = new FairMutex();
    const order: number[] = [];
    let inside = 0;
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        mutex.run(async () => {
          inside += 1;
          expect(inside).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          order.push(index);
          inside -= 1;
        }),
      ),
    );
    expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it('goes on when work throws, and takes a second release for none', async () => {
    const mutex = new FairMutex();
    await expect(mutex.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const release = await mutex.acquire();
    release();
    release();
    const again = await mutex.acquire();
    let entered = false;
    const waiting = mutex.run(() => {
      entered = true;
    });
    await Promise.resolve();
    expect(entered).toBe(false);
    again();
    await waiting;
    expect(entered).toBe(true);
  });
});

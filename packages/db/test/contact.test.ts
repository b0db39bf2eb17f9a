import { describeOnEachEngine, startMariaDb, type PrivateMariaDb } from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase, type Database } from '../src/index.ts';
import { errorOf } from './support/errors.ts';

describe('word of a server', () => {
  let server: PrivateMariaDb;
  let database: Database;
  beforeAll(async () => {
    server = await startMariaDb();
    database = await openDatabase({ url: await server.createDatabase(), statementTimeoutMs: 200 });
  });
  afterAll(async () => {
    await database.close();
    await server.kill();
  });

  it('is had with each answer, be it a refusal', async () => {
    const before = performance.now();
    await database.sql.query('SELECT 1', [], {});
    const { answeredAt } = database.contact;
    expect(answeredAt).toBeGreaterThanOrEqual(before);
    expect(await errorOf(database.sql.query('SELECT * FROM nowhere', [], {}))).toMatchObject({
      kind: 'schema',
    });
    expect(database.contact.answeredAt).toBeGreaterThan(answeredAt);
    expect(database.contact.away).toBe(false);
  });

  it.each([
    [
      'says nothing',
      async () => {
        server.suspend();
        // It stops a moment after it is told to.
        await expect.poll(() => database.sql.health().catch(() => null), { interval: 0 }).toBeNull();
      },
      async () => server.resume(),
    ],
    ['is gone', () => server.kill(), () => server.restart()],
  ] as const)('that %s is missing until it answers again', async (_, stop, back) => {
    await stop();
    const stopped = performance.now();
    await errorOf(database.sql.query('SELECT 1', [], {}));
    expect(database.contact.away).toBe(true);
    expect(database.contact.answeredAt).toBeLessThan(stopped);
    await back();
    await vi.waitFor(() => database.sql.query('SELECT 1', [], {}), 20_000);
    expect(database.contact.away).toBe(false);
    expect(database.contact.answeredAt).toBeGreaterThan(stopped);
  });

  it('of its health tells as much, before a statement would be given up', async () => {
    const patient = await openDatabase({ url: await server.createDatabase() });
    server.suspend();
    expect(await errorOf(patient.health())).toMatchObject({ kind: 'unavailable' });
    expect(patient.contact.away).toBe(true);
    server.resume();
    await vi.waitFor(() => patient.health(), 20_000);
    expect(patient.contact.away).toBe(false);
    await patient.close();
  });
});

describeOnEachEngine('word of the database', (fixture) => {
  it('is as young as the last statement', async () => {
    const database = await openDatabase({ url: await fixture.databaseUrl() });
    const before = performance.now();
    await database.sql.query('SELECT 1', [], {});
    expect(database.contact.answeredAt).toBeGreaterThanOrEqual(before);
    expect(database.contact.away).toBe(false);
    await database.close();
  });
});

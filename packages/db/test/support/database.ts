import type { DatabaseTemplate, VariantFixture } from '@slimy/testing';
import { afterAll, beforeAll } from 'vitest';
import { tablesOf } from '../../src/client/of.ts';
import { migrate, openDatabase, randomId, type Database, type DatabaseOptions } from '../../src/index.ts';

const silent = { info: () => {}, warn: () => {} };

/** The program's schema without rows. */
export const migrated: DatabaseTemplate = {
  name: 'migrated',
  fill: async (url) => {
    await migrate({ database: { url }, logger: silent });
  },
};

/** The suite's database with its tables; opened before the first test, closed after the last. */
export function useDatabase(
  fixture: VariantFixture,
  options: Omit<DatabaseOptions, 'url'> = {},
): () => Database {
  let database: Database | undefined;
  beforeAll(async () => {
    const url = await fixture.databaseUrl(migrated);
    database = await openDatabase({ url, ...options });
  });
  afterAll(() => database?.close());
  return () => {
    if (!database) throw new Error('The database is open from the first test on.');
    return database;
  };
}

export const at = new Date('2026-11-22T14:00:00.123Z');

/** The fields of a person whom nobody else is. */
export function person(change: { id?: string; discordId?: string; username?: string } = {}) {
  const id = change.id ?? randomId();
  return {
    id,
    discordId:
      change.discordId ?? String(100_000_000_000_000_000n + BigInt(Math.floor(Math.random() * 1e15))),
    username: change.username ?? 'mira',
    usernameKey: change.username ?? 'mira',
    auditRef: id,
    createdAt: at,
    updatedAt: at,
  };
}

export function guild(id: string) {
  return { id, name: 'Snails', nameKey: 'snails', botPresent: true, createdAt: at, updatedAt: at };
}

/** A person stored in the database. */
export function storedPerson(database: Database, change: Parameters<typeof person>[0] = {}) {
  return tablesOf(database).user.create({ data: person(change) });
}

import { createConnection } from 'mysql2/promise';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import {
  describeOnBothSetups,
  describeOnEachCache,
  describeOnEachEngine,
  describeOnEachPair,
  type VariantFixture,
} from '../src/index.ts';

async function expectUsable(fixture: VariantFixture): Promise<void> {
  const [first, second] = [await fixture.databaseUrl(), await fixture.databaseUrl()];
  expect(first).not.toBe(second);
  expect(first).toMatch(fixture.engine === 'mariadb' ? /^mysql:/ : /^file:\//);
  if (fixture.engine === 'mariadb') {
    const connection = await createConnection(first);
    const [rows] = await connection.query('SELECT @@character_set_database AS charset');
    expect(rows).toEqual([{ charset: 'utf8mb4' }]);
    await connection.end();
  }
  expect(fixture.redisUrl !== undefined).toBe(fixture.cache === 'redis');
  if (fixture.redisUrl) {
    const client = new Redis(fixture.redisUrl, { keyPrefix: fixture.prefix });
    expect(await client.set('key', 'value')).toBe('OK');
    client.disconnect();
  }
}

const prefixes = new Set<string>();
const declare = (name: string) => (fixture: VariantFixture) => {
  test(`gives what it names`, () => expectUsable(fixture));
  test(`has a prefix of its own`, () => {
    expect(prefixes.has(fixture.prefix)).toBe(false);
    prefixes.add(fixture.prefix);
    expect(name).not.toBe('');
  });
};

describeOnEachEngine('each engine', declare('engine'));
describeOnEachCache('each cache', declare('cache'));
describeOnEachPair('each pair', declare('pair'));
describeOnBothSetups('both setups', declare('setup'));

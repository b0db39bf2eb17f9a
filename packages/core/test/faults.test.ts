import { migrate } from '@slimy/db';
import {
  startMariaDb,
  startRedis,
  type PrivateMariaDb,
  type PrivateRedis,
  type VariantFixture,
} from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { outcomeOf } from './support/calls.ts';
import { installationOn, openCore, silent, type TestCore } from './support/open-core.ts';
import { club, other, settleWorld, signIn, type SignedIn } from './support/settle-world.ts';

describe('servers that go away', () => {
  let mariaDb: PrivateMariaDb;
  let redis: PrivateRedis;
  let core: TestCore;
  let owner: SignedIn;

  beforeAll(async () => {
    [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
    const url = await mariaDb.createDatabase();
    await migrate({ database: { url }, logger: silent });
    const fixture: VariantFixture = {
      engine: 'mariadb',
      cache: 'redis',
      databaseUrl: async () => url,
      redisUrl: redis.url,
      prefix: 'faults:',
    };
    core = await openCore(installationOn(fixture, url));
    await core.start();
    const ids = await settleWorld(core.database);
    owner = await signIn(core, ids, 'adminElsewhere');
  });
  afterAll(async () => {
    await core.close();
    await Promise.all([mariaDb.stop(), redis.stop()]);
  });

  const read = async (guildId: string) => core.services.guildSettings.get(await owner.caller(), { guildId });
  const save = async (version: number) =>
    core.services.guildSettings.update(await owner.caller(), {
      guildId: other,
      version,
      settings: { notes: 'n' },
    });

  test('without Redis everything goes on, and what changed meanwhile is right when it is back', async () => {
    expect((await read(other)).version).toBe(0);
    await redis.stop();
    expect((await save(0)).version).toBe(1);
    expect((await read(other)).version).toBe(1);
    await redis.restart();
    await vi.waitFor(async () => expect((await core.cache.health()).ok).toBe(true), 10_000);
    expect((await read(other)).version).toBe(1);
    expect((await save(1)).version).toBe(2);
    expect((await read(other)).version).toBe(2);
  });

  test('without the database warm reads go on, the rest says so, and nothing needs a restart', async () => {
    expect((await read(other)).version).toBe(2);
    await mariaDb.stop();
    expect((await read(other)).version).toBe(2);
    expect(await outcomeOf(read(club))).toBe('database_unavailable');
    expect(await outcomeOf(save(2))).toBe('database_unavailable');
    expect((await core.services.system.health(await owner.caller(), undefined)).status).toBe('down');
    await mariaDb.restart();
    await vi.waitFor(async () => expect((await save(2)).version).toBe(3), 15_000);
    expect((await read(other)).version).toBe(3);
  });
});

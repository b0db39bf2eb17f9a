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
import type { Caller } from '../src/index.ts';
import {
  club,
  other,
  settleWorld,
  signIn,
  viaBot,
  withToken,
  type SignedIn,
} from './support/settle-world.ts';

describe('servers that go away', () => {
  let mariaDb: PrivateMariaDb;
  let redis: PrivateRedis;
  let core: TestCore;
  let owner: SignedIn;
  /** How much later it is than it is. */
  let aheadMs = 0;

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
    core = await openCore(installationOn(fixture, url), {
      monotonic: () => performance.now() + aheadMs,
    });
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
    expect(core.databaseAwaySeconds()).toBeNull();
  });

  test('sessions and roles hold for 30 seconds after the database was last heard of, for each kind of caller', async () => {
    const { token } = await core.services.apiTokens.create(await owner.caller(), {
      name: 'script',
      access: 'read',
      guildIds: [],
      expiresInDays: 1,
    });
    const callers: Record<string, () => Promise<Caller>> = {
      session: () => owner.caller(),
      token: withToken(core, token),
      bot: () => viaBot(core, 'adminElsewhere'),
    };
    const asEach = async () => {
      const outcomes = Object.entries(callers).map(async ([name, caller]) => {
        const reading = async () => core.services.guildSettings.get(await caller(), { guildId: other });
        return [name, await outcomeOf(reading())] as const;
      });
      return Object.fromEntries(await Promise.all(outcomes));
    };
    const served = { session: 'allowed', token: 'allowed', bot: 'allowed' };
    const refused = 'database_unavailable';
    const { actor } = await owner.caller();
    expect(await asEach()).toEqual(served);
    expect(await core.authentication.stillSignedIn(actor)).toBe(true);
    await mariaDb.stop();
    expect(await outcomeOf(read(club))).toBe(refused);
    aheadMs = 25_000;
    expect(await asEach()).toEqual(served);
    expect(await core.authentication.stillSignedIn(actor)).toBe(true);
    expect(core.databaseAwaySeconds()).toBeGreaterThanOrEqual(25);
    aheadMs = 31_000;
    expect(await asEach()).toEqual({ session: refused, token: refused, bot: refused });
    expect(await outcomeOf(core.authentication.stillSignedIn(actor))).toBe(refused);
    await mariaDb.restart();
    aheadMs = 0;
    await vi.waitFor(async () => expect(await asEach()).toEqual(served), 15_000);
    // Nobody has asked for long: it is asked then, and nobody notices.
    aheadMs = 100_000;
    expect(await asEach()).toEqual(served);
    aheadMs = 0;
  });
});

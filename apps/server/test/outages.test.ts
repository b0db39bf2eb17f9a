import { headerNames } from '@slimy/contract';
import {
  startMariaDb,
  startRedis,
  temporaryFolder,
  type PrivateMariaDb,
  type PrivateRedis,
} from '@slimy/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { otherGuild, ownGuild } from './support/open-server.ts';
import {
  ask,
  change,
  endPrograms,
  pageOf,
  startProgram,
  type Environment,
  type Program,
} from './support/program.ts';

let mariaDb: PrivateMariaDb;
let redis: PrivateRedis;
let environment: Environment;
beforeEach(async () => {
  [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
  environment = {
    DATABASE_URL: await mariaDb.createDatabase(),
    REDIS_URL: redis.url,
    DATA_DIR: temporaryFolder('outage'),
    RATE_LIMIT_FACTOR: '1000000',
  };
});
afterEach(async () => {
  await endPrograms();
  await Promise.all([mariaDb.stop(), redis.stop()]);
});

const settings = (version: number, notes: string) => ({ guildId: ownGuild, version, settings: { notes } });
const warnings = (output: string) =>
  output.split('\n').filter((line) => line.includes('"level":40') && /redis/i.test(line));

async function readiness(address: string): Promise<unknown> {
  return (await fetch(`${address}/readyz`)).json();
}

describe('With Redis away, on MariaDB and Redis', () => {
  it('the program starts, works, says so once, and uses Redis when it comes', async () => {
    await redis.stop();
    const program = await startProgram(environment);
    const page = await pageOf(program);
    for (let version = 0; version < 20; version += 1) {
      const notes = `away ${version}`;
      expect(await change(program, page, 'guild.settings.update', settings(version, notes))).toMatchObject({
        data: { notes },
      });
      expect(await ask(program, page, 'guild.settings.get', { guildId: ownGuild })).toMatchObject({
        data: { notes },
      });
    }
    expect(await readiness(program.address)).toMatchObject({ status: 'degraded', cache: { ok: false } });
    expect((await fetch(`${program.address}/readyz`)).status).toBe(200);
    expect(warnings(program.output())).toHaveLength(1);

    await redis.restart();
    await vi.waitFor(
      async () => expect(await readiness(program.address)).toMatchObject({ status: 'ok' }),
      20_000,
    );
    expect(await ask(program, page, 'guild.settings.get', { guildId: ownGuild })).toMatchObject({
      data: { notes: 'away 19' },
    });
  });

  it('a program that loses it goes on with what is true, and regains it', async () => {
    const program = await startProgram(environment);
    const page = await pageOf(program);
    expect(await ask(program, page, 'guild.byId', { guildId: ownGuild })).toMatchObject({ reason: null });
    await redis.kill();
    for (let version = 0; version < 20; version += 1) {
      const notes = `lost ${version}`;
      expect(await change(program, page, 'guild.settings.update', settings(version, notes))).toMatchObject({
        data: { notes },
      });
      expect(await ask(program, page, 'guild.byId', { guildId: ownGuild })).toMatchObject({
        data: { settings: { notes } },
      });
    }
    await redis.restart();
    await vi.waitFor(
      async () => expect(await readiness(program.address)).toMatchObject({ status: 'ok' }),
      20_000,
    );
    expect(await ask(program, page, 'guild.byId', { guildId: ownGuild })).toMatchObject({
      data: { settings: { notes: 'lost 19' } },
    });
    expect(warnings(program.output())).toHaveLength(1);
  });
});

/** Whether a lone answer and those of a batch say that they may be old. */
async function saysOld(program: Program, page: Record<string, string>): Promise<boolean[]> {
  const input = encodeURIComponent(JSON.stringify({ json: { guildId: ownGuild } }));
  const both = encodeURIComponent(JSON.stringify({ 0: { json: { guildId: ownGuild } } }));
  const addresses = [`guild.byId?input=${input}`, `guild.byId,system.version?batch=1&input=${both}`];
  const answers = await Promise.all(
    addresses.map((address) => fetch(`${program.address}/trpc/${address}`, { headers: page })),
  );
  for (const answer of answers) expect(answer.status).toBe(200);
  return answers.map(({ headers }) => /^\d+$/.test(headers.get(headerNames.databaseAway) ?? ''));
}

describe('With the database away, on MariaDB and Redis', () => {
  it('what was read goes on for people just verified, the rest may be tried again, and it recovers by itself', async () => {
    const program = await startProgram(environment);
    const page = await pageOf(program);
    // On a busy machine Redis may be too late to take what the first read found.
    for (let read = 0; read < 5; read += 1) {
      expect(await ask(program, page, 'guild.byId', { guildId: ownGuild })).toMatchObject({ reason: null });
    }
    await mariaDb.stop();

    // On a busy machine Redis may answer too late once; then the database would have been asked.
    await vi.waitFor(async () => {
      const read = await ask(program, page, 'guild.byId', { guildId: ownGuild });
      expect(read).toMatchObject({ reason: null, data: { name: 'Snail Sanctuary' } });
    }, 10_000);
    // Who gets an answer is told that the database has none, once that is known: alone, and in a batch.
    await vi.waitFor(async () => expect(await saysOld(program, page)).toEqual([true, true]), 10_000);
    // Never read before: there is nothing to go on with.
    const unread = { guildId: otherGuild, search: 'nobody asked for this' };
    expect((await ask(program, page, 'guild.members.list', unread)).reason).toBe('database_unavailable');
    expect((await change(program, page, 'guild.settings.update', settings(0, 'x'))).reason).toBe(
      'database_unavailable',
    );
    expect((await ask(program, { cookie: `slimy_session=${'A'.repeat(43)}` }, 'user.me')).reason).toBe(
      'database_unavailable',
    );
    expect(await readiness(program.address)).toMatchObject({ status: 'down', database: { ok: false } });
    expect((await fetch(`${program.address}/readyz`)).status).toBe(503);
    expect((await fetch(`${program.address}/healthz`)).status).toBe(200);

    await mariaDb.restart();
    await vi.waitFor(
      async () =>
        expect(await change(program, page, 'guild.settings.update', settings(0, 'back'))).toMatchObject({
          data: { notes: 'back' },
        }),
      30_000,
    );
    await vi.waitFor(
      async () => expect(await readiness(program.address)).toMatchObject({ status: 'ok' }),
      20_000,
    );
    expect(await saysOld(program, page)).toEqual([false, false]);
  });
});

import { shortOrLong, startMariaDb, startRedis, temporaryFolder } from '@slimy/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ownGuild } from './support/open-server.ts';
import {
  ask,
  change,
  endPrograms,
  pageOf,
  startProgram,
  type Environment,
  type Program,
} from './support/program.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(endPrograms);
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
});

/** What processes of one installation share: database, Redis, and the secrets in the data folder. */
async function installation(tls: boolean): Promise<Environment> {
  const [mariaDb, redis] = await Promise.all([startMariaDb({ tls }), startRedis({ tls })]);
  running.push(mariaDb, redis);
  return {
    DATABASE_URL: await mariaDb.createDatabase(),
    REDIS_URL: redis.url,
    DATA_DIR: temporaryFolder('shared'),
    RATE_LIMIT_FACTOR: '1000000',
    ...(mariaDb.caFile ? { DATABASE_TLS: 'verify', DATABASE_CA_FILE: mariaDb.caFile } : {}),
    ...(redis.caFile ? { REDIS_CA_FILE: redis.caFile } : {}),
  };
}

/** Changes a setting through one process and reads it through the other, turn and turn about. */
async function turnAbout(programs: readonly [Program, Program], times: number): Promise<void> {
  const page = await pageOf(programs[0]);
  for (let turn = 0; turn < times; turn += 1) {
    const [writer, reader] = turn % 2 === 0 ? programs : [programs[1], programs[0]];
    const notes = `turn ${turn}`;
    const settings = { guildId: ownGuild, version: turn, settings: { notes } };
    const written = await change(
      writer,
      { ...page, origin: writer.address },
      'guild.settings.update',
      settings,
    );
    expect(written).toMatchObject({ reason: null, data: { notes } });
    // The very next call of the other process, and of each kind that shows settings.
    const whole = await ask(reader, page, 'guild.byId', { guildId: ownGuild });
    expect(whole).toMatchObject({ data: { settings: { notes, version: turn + 1 } } });
    const alone = await ask(reader, page, 'guild.settings.get', { guildId: ownGuild });
    expect(alone).toMatchObject({ data: { notes, version: turn + 1 } });
  }
}

describe('Two processes on one MariaDB and one Redis', () => {
  it('answer with what the other has just changed, every time', async () => {
    const environment = await installation(false);
    const programs = [await startProgram(environment), await startProgram(environment)] as const;
    await turnAbout(programs, shortOrLong(60, 1_000));
  }, 600_000);

  it('do so over TLS to both, with certificates that are checked', async () => {
    const environment = await installation(true);
    const programs = [await startProgram(environment), await startProgram(environment)] as const;
    await turnAbout(programs, shortOrLong(20, 1_000));
  }, 600_000);

  it('started at once on an empty database migrate it once, seed it once, and all serve', async () => {
    const environment = await installation(false);
    const programs = await Promise.all(Array.from({ length: 4 }, () => startProgram(environment)));
    const lines = programs.map((program) => program.output()).join('\n');
    expect(lines.match(/Applying migration 20261122000000_init/g)).toHaveLength(1);
    expect(lines.match(/Seeding: demo/g)).toHaveLength(1);
    for (const program of programs) {
      const page = await pageOf(program);
      const guilds = await ask(program, page, 'guild.mine');
      expect(guilds.data).toMatchObject({
        items: [{ memberCount: 120 }, { memberCount: 22 }],
        nextCursor: null,
      });
    }
  });
});

import {
  startMariaDb,
  startRedis,
  temporaryFolder,
  type PrivateMariaDb,
  type PrivateRedis,
} from '@slimy/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownGuild, queryUrl } from './support/open-server.ts';
import { ask, change, endPrograms, pageOf, startProgram } from './support/program.ts';

let mariaDb: PrivateMariaDb;
let redis: PrivateRedis;
beforeEach(async () => {
  [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
});
afterEach(async () => {
  await endPrograms();
  await Promise.all([mariaDb.kill(), redis.kill()]);
});

/** What stands still when the program is told to stop, and the steps that can then not be done. */
const frozen: readonly (readonly [what: string, freeze: () => void, left: readonly string[]])[] = [
  ['its database', () => mariaDb.suspend(), ['core', 'database']],
  ['Redis', () => redis.suspend(), []],
  [
    'everything',
    () => {
      mariaDb.suspend();
      redis.suspend();
    },
    ['core', 'database'],
  ],
];

describe('Stopping while others stand still', () => {
  it.each(frozen)(
    'ends in good order within 5 s while %s is frozen, and names what it left',
    async (_what, freeze, left) => {
      const program = await startProgram({
        DATABASE_URL: await mariaDb.createDatabase(),
        REDIS_URL: redis.url,
        DATA_DIR: temporaryFolder('frozen'),
        SIGNING_SECRET: 's'.repeat(43),
        AUDIT_KEY: 'a'.repeat(43),
        ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      });
      const page = await pageOf(program);
      const stream = await fetch(`${program.address}${queryUrl('guild.onChange', { guildId: ownGuild })}`, {
        headers: page,
      });
      await stream.body?.getReader().read();
      expect(await ask(program, page, 'guild.byId', { guildId: ownGuild })).toMatchObject({ status: 200 });
      freeze();
      // Requests under way that need what stands still.
      const under = [
        ask(program, page, 'guild.members.list', { guildId: ownGuild, search: 'nobody' }),
        change(program, page, 'user.settings.update', { theme: 'dark' }),
      ].map((call) => call.catch(() => null));
      const { code, ms } = await program.end('SIGTERM');
      await Promise.all(under);
      expect({ code, output: program.output() }).toMatchObject({ code: 0 });
      expect(ms).toBeLessThan(5_000);
      const named = program.output().matchAll(/The (\w+) could not be closed in time/g);
      expect([...named].map(([, name]) => name)).toEqual(left);
    },
  );
});

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

/** What stands still when the program is told to stop. */
const frozen = {
  'its database': () => mariaDb.suspend(),
  Redis: () => redis.suspend(),
  'its database and Redis': () => {
    mariaDb.suspend();
    redis.suspend();
  },
} as const;

describe('Stopping while others stand still', () => {
  it.each(Object.entries(frozen))(
    'ends in good order within 5 s while %s is frozen',
    async (_what, freeze) => {
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
      console.log(ms, program.output());
      expect(ms).toBeLessThan(5_000);
      for (const line of program
        .output()
        .split('\n')
        .filter((text) => text.includes('in time')))
        expect(line).toMatch(/The (?:server|core|cache|database) could not be closed in time/);
    },
  );
});

import { join } from 'node:path';
import { shortOrLong, temporaryFolder, variantFixture, type CacheStore, type Engine } from '@slimy/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { demo } from './support/open-server.ts';
import {
  ask,
  change,
  endPrograms,
  environmentFor,
  pageOf,
  startProgram,
  type Program,
} from './support/program.ts';

type Headers = Record<string, string>;

const setups: readonly [name: string, engine: Engine, cache: CacheStore, processes: 1 | 2][] = [
  ['two processes on MariaDB and Redis', 'mariadb', 'redis', 2],
  ['two processes on MariaDB without Redis', 'mariadb', 'local', 2],
  ['one process on the embedded database', 'sqlite', 'local', 1],
];
/** Of sessions, and as often again of tokens. */
const times = shortOrLong(10, 1_000);

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Revokes a session in one process and asks with it in the other; what the call before and the one after gave. */
async function session(here: Program, there: Program, keeper: Headers): Promise<string> {
  const stolen = await pageOf(here);
  const before = await ask(there, stolen, 'guild.mine');
  const { data } = await ask(here, stolen, 'auth.sessions', {});
  const items = field(data, 'items');
  const current = Array.isArray(items) ? items.find((item: unknown) => field(item, 'current')) : null;
  const revoked = await change(here, keeper, 'auth.revokeSession', { sessionId: field(current, 'id') });
  const after = await ask(there, stolen, 'guild.mine');
  return [before, revoked, after].map(({ reason }) => reason ?? 'ok').join(', ');
}

/** The same with a personal API token. */
async function token(here: Program, there: Program, keeper: Headers): Promise<string> {
  const wanted = { name: 'stolen', access: 'read', expiresInDays: 1 };
  const { data } = await change(here, keeper, 'auth.tokens.create', wanted);
  const stolen = { authorization: `Bearer ${String(field(data, 'token'))}` };
  const before = await ask(there, stolen, 'guild.mine');
  const tokenId = field(field(data, 'item'), 'id');
  const revoked = await change(here, keeper, 'auth.tokens.revoke', { tokenId });
  const after = await ask(there, stolen, 'guild.mine');
  return [before, revoked, after].map(({ reason }) => reason ?? 'ok').join(', ');
}

describe('What is revoked in one process', () => {
  afterEach(endPrograms);

  it.each(setups)(
    'is refused at the next call in every other, every time: %s',
    async (_name, engine, cache, processes) => {
      const environment = {
        ...(await environmentFor(variantFixture(engine, cache), demo)),
        DATA_DIR: join(temporaryFolder('revocation'), 'data'),
        RATE_LIMIT_FACTOR: '1000000',
      };
      const here = await startProgram(environment);
      const there = processes === 2 ? await startProgram(environment) : here;
      const keeper = await pageOf(here);
      const sessions = new Map<string, number>();
      const tokens = new Map<string, number>();
      for (let time = 0; time < times; time += 1) {
        const ended = await session(here, there, keeper);
        sessions.set(ended, (sessions.get(ended) ?? 0) + 1);
        const revoked = await token(here, there, keeper);
        tokens.set(revoked, (tokens.get(revoked) ?? 0) + 1);
      }
      expect(Object.fromEntries(sessions)).toEqual({ 'ok, ok, session_ended': times });
      expect(Object.fromEntries(tokens)).toEqual({ 'ok, ok, bad_credentials': times });
    },
    600_000,
  );
});

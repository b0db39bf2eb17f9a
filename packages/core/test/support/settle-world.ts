import type { WorldPersonName } from '@slimy/testing';
import type { Caller, RequestFacts } from '../../src/index.ts';
import type { TestCore } from './open-core.ts';
import { world, type WorldIds } from './stored-world.ts';

export { club, other, settleWorld, world, type WorldIds } from './stored-world.ts';

export const request: RequestFacts = { requestId: 'test', ipAddress: '127.0.0.1', userAgent: 'vitest' };
export const theBot: Caller = { actor: { kind: 'bot', actingAs: null }, request };

/** A caller signed in as a person of the world, with a session of the given core. */
export async function signIn(core: TestCore, ids: WorldIds, name: WorldPersonName): Promise<SignedIn> {
  const { token } = await core.authentication.startSession(ids[name], request);
  const caller = async (process: TestCore = core): Promise<Caller> => ({
    actor: await process.authentication.session(token),
    request,
  });
  return { token, caller };
}

/** Somebody with a session: `caller` authenticates anew, as each request does. */
export interface SignedIn {
  readonly token: string;
  caller(process?: TestCore): Promise<Caller>;
}

/** A caller with a personal API token, authenticating anew as each request does. */
export function withToken(core: TestCore, token: string): () => Promise<Caller> {
  return async () => ({ actor: await core.authentication.bearer(token, null), request });
}

/** The bot acting for a person of the world. */
export async function viaBot(core: TestCore, name: WorldPersonName): Promise<Caller> {
  const { discordId } = world.people[name];
  return { actor: await core.authentication.bot(core.botToken, discordId), request };
}

/** Takes everything out again, so that a suite can settle the world anew in the same database. */
export async function emptyWorld(core: TestCore): Promise<void> {
  await core.database.transaction(async ({ sql }) => {
    for (const table of ['guilds', 'users']) await sql.execute(`DELETE FROM ${table}`);
  });
  await core.cache.clear();
}

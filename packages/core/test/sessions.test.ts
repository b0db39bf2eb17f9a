import { readPlainRows } from '@slimy/db';
import { describeOnEachPair } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../src/clock.ts';
import {
  newInstallation,
  openCore,
  otherProcess,
  type Installation,
  type TestCore,
} from './support/open-core.ts';
import { emptyWorld, settleWorld, signIn, world, type WorldIds } from './support/settle-world.ts';

describeOnEachPair('sessions', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let now = new Date();

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock: { now: () => now } });
  });
  beforeEach(async () => {
    now = new Date();
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  test('a session names its person, and operators by their Discord id', async () => {
    const member = await (await signIn(core, ids, 'member')).caller();
    expect(member.actor).toMatchObject({ kind: 'user', userId: ids.member, operator: false });
    const operator = await (await signIn(core, ids, 'operator')).caller();
    expect(operator.actor).toMatchObject({ kind: 'user', userId: ids.operator, operator: true });
  });

  test('what is no session is somebody anonymous', async () => {
    const ended = { kind: 'anonymous', sessionEnded: true };
    expect(await core.authentication.session('nonsense')).toEqual(ended);
    expect(await core.authentication.session('A'.repeat(43))).toEqual(ended);
  });

  test('the database holds no usable token', async () => {
    const { token } = await signIn(core, ids, 'member');
    const rows = await core.database.sql.query('SELECT token_hash FROM sessions', [], {
      token_hash: { read: String, expected: 'text' },
    });
    expect(rows).toHaveLength(1);
    expect(rows.at(0)!.token_hash).not.toContain(token);
    expect(await core.authentication.session(rows.at(0)!.token_hash)).toMatchObject({ kind: 'anonymous' });
  });

  test('a session that is revoked is over at the next call in every process', async () => {
    const elsewhere = await otherProcess(core, installation);
    try {
      const mine = await signIn(core, ids, 'member');
      const stolen = await signIn(core, ids, 'member');
      expect((await stolen.caller(elsewhere)).actor.kind).toBe('user');
      const { items } = await core.services.sessions.list(await mine.caller(), { limit: 50 });
      expect(items).toHaveLength(2);
      const other = items.find(({ current }) => !current)!;
      await core.services.sessions.revoke(await mine.caller(), { sessionId: other.id });
      expect((await stolen.caller(elsewhere)).actor).toEqual({ kind: 'anonymous', sessionEnded: true });
      expect((await mine.caller(elsewhere)).actor.kind).toBe('user');
    } finally {
      await elsewhere.close();
    }
  });

  test('all other sessions end together, and signing out ends one’s own', async () => {
    const mine = await signIn(core, ids, 'member');
    const others = [await signIn(core, ids, 'member'), await signIn(core, ids, 'member')];
    const strangers = await signIn(core, ids, 'admin');
    expect(await core.services.sessions.revokeOthers(await mine.caller(), undefined)).toEqual({ revoked: 2 });
    for (const other of others) expect((await other.caller()).actor.kind).toBe('anonymous');
    expect((await strangers.caller()).actor.kind).toBe('user');
    await core.authentication.signOut(await mine.caller());
    expect((await mine.caller()).actor.kind).toBe('anonymous');
  });

  test('nobody revokes the session of somebody else', async () => {
    const victim = await signIn(core, ids, 'owner');
    const { items } = await core.services.sessions.list(await victim.caller(), { limit: 50 });
    const attacker = await (await signIn(core, ids, 'admin')).caller();
    const attempt = core.services.sessions.revoke(attacker, { sessionId: items.at(0)!.id });
    await expect(attempt).rejects.toMatchObject({ reason: 'not_found' });
    expect((await victim.caller()).actor.kind).toBe('user');
  });

  test('a session ends after its idle time unless it is used, and after its longest time in any case', async () => {
    const used = await signIn(core, ids, 'member');
    const idle = await signIn(core, ids, 'member');
    const fresh = async () => {
      await core.cache.clear();
      return (await used.caller()).actor.kind;
    };
    for (let day = 0; day < 29; day += 1) {
      now = new Date(now.getTime() + DAY);
      expect(await fresh()).toBe('user');
      await core.settled();
    }
    expect((await idle.caller()).actor.kind).toBe('anonymous');
    now = new Date(now.getTime() + DAY + MINUTE);
    expect(await fresh()).toBe('anonymous');
    now = new Date(now.getTime() + 2 * HOUR);
    await core.jobs.runDue();
    expect(await readPlainRows(core.database.sql, 'sessions', {})).toEqual([]);
  });

  test('the list pages by cursor and refuses the cursor of another list', async () => {
    const first = await signIn(core, ids, 'member');
    for (let count = 0; count < 4; count += 1) await signIn(core, ids, 'member');
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await core.services.sessions.list(await first.caller(), { limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(5);
    const foreign = core.services.sessions.list(await first.caller(), { limit: 2, cursor: 'Zm9v' });
    await expect(foreign).rejects.toMatchObject({ reason: 'invalid_input' });
  });

  test('the bot is known by its token alone, and acts for people by their Discord id', async () => {
    const bot = (token: string, actingAs: string | null) => core.authentication.bot(token, actingAs);
    await expect(bot('x'.repeat(43), null)).rejects.toMatchObject({ reason: 'bad_credentials' });
    expect(await bot(core.botToken, null)).toEqual({ kind: 'bot', actingAs: null });
    const { discordId } = world.people.member;
    for (let call = 0; call < 2; call += 1) {
      expect(await bot(core.botToken, discordId)).toEqual({
        kind: 'bot',
        actingAs: { userId: ids.member, discordId },
      });
    }
    expect(await bot(core.botToken, '300000000000000001')).toMatchObject({ actingAs: { userId: null } });
  });
});

import { describeOnEachPair, type WorldPersonName, personFacts, presentMember } from '@slimy/testing';
import type { OutputOf } from '@slimy/contract';
import { procedures } from '@slimy/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rule } from '../src/index.ts';
import { auditTrail, outcomeOf, parsed, passGate } from './support/calls.ts';
import { newInstallation, openCore, otherProcess, type TestCore } from './support/open-core.ts';
import {
  club,
  emptyWorld,
  other,
  settleWorld,
  signIn,
  theBot,
  viaBot,
  world,
  type SignedIn,
  type WorldIds,
} from './support/settle-world.ts';

describeOnEachPair('messages', (fixture) => {
  let core: TestCore;
  let elsewhere: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    const installation = await newInstallation(fixture);
    core = await openCore(installation);
    elsewhere = await otherProcess(core, installation);
  });
  beforeEach(async () => {
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    signedIn.clear();
  });
  afterAll(async () => {
    await elsewhere.close();
    await core.close();
  });

  const signedIn = new Map<WorldPersonName, SignedIn>();
  async function as(name: WorldPersonName, process: TestCore = core) {
    const known = signedIn.get(name) ?? (await signIn(core, ids, name));
    signedIn.set(name, known);
    return known.caller(process);
  }
  const send = async (name: WorldPersonName, said: object, process: TestCore = core) =>
    process.services.messages.send(
      await as(name, process),
      parsed('message.send', { guildId: club, text: 'hello', ...said }),
    );
  const list = async (name: WorldPersonName, request: object = {}, process: TestCore = core) =>
    process.services.messages.list(
      await as(name, process),
      parsed('message.list', { guildId: club, ...request }),
    );
  const texts = ({ items }: OutputOf<'message.list'>) => items.map(({ text }) => text);
  const messageCount = async () =>
    (
      await elsewhere.services.guilds.byId(await as('member', elsewhere), {
        guildId: club,
        includeMembers: false,
      })
    ).messageCount;

  test('10,000 characters of four bytes are stored whole; one more is refused by name', async () => {
    const text = '🐌'.repeat(10_000);
    const sent = await send('member', { text });
    expect(sent.text).toBe(text);
    expect((await list('club', {}, elsewhere)).items[0]?.text).toBe(text);
    const refused = procedures['message.send'].input.safeParse({ guildId: club, text: `${text}!` });
    expect(refused.error?.issues).toMatchObject([
      { path: ['text'], message: 'must have at most 10000 characters' },
    ]);
    for (const wrong of [
      { text: ' \n' },
      { text: 'half \uD83D' },
      { text: 'hi', conversationId: 'x' },
      { text: 'hi', guildId: undefined, conversationId: 'x', adminOnly: true },
    ]) {
      expect(procedures['message.send'].input.safeParse({ guildId: club, ...wrong }).success).toBe(false);
    }
  });

  test('a repeated clientId is one message, also at once and in two processes', async () => {
    const once = { clientId: 'c-1', text: 'once' };
    const sent = await Promise.all([
      send('member', once),
      send('member', once, elsewhere),
      send('member', once),
      send('member', { ...once, text: 'said again' }, elsewhere),
    ]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect((await list('member')).items).toHaveLength(1);
    expect(await messageCount()).toBe(1);
    const sentBy = (await auditTrail(core, 'message.send')).map(({ user_id }) => user_id);
    expect(sentBy.filter((id) => id === ids.member)).toHaveLength(1);
    // The clientId is the sender's own: others use theirs, and do not learn it.
    const others = await send('club', once);
    expect(others.id).not.toBe(sent[0].id);
    expect((await list('club')).items.map(({ clientId }) => clientId)).toEqual(['c-1', null]);
    const inBoth = async (guildId: string) =>
      core.services.messages.send(
        await as('adminElsewhere'),
        parsed('message.send', { guildId, text: 'here', clientId: 'c-2' }),
      );
    await inBoth(club);
    expect(await outcomeOf(inBoth(other))).toBe('already_exists');
  });

  test('those for admins are written and read by moderators and above only', async () => {
    await send('moderator', { text: 'quiet', adminOnly: true });
    await send('member', { text: 'loud' });
    for (const name of ['moderator', 'admin', 'owner'] as const)
      expect(texts(await list(name)), name).toEqual(['loud', 'quiet']);
    for (const name of ['member', 'club', 'editor', 'operator'] as const)
      expect(texts(await list(name)), name).toEqual(['loud']);
    const write = rule.resolver('writeMessages');
    const input = { guildId: club, text: 'hi', adminOnly: true };
    expect(await outcomeOf(passGate(core, await as('editor'), write, input))).toBe('action_not_allowed');
    expect(await outcomeOf(passGate(core, await as('moderator'), write, input))).toBe('allowed');
    // Whoever is made or unmade a moderator sees at once what they then may.
    const owner = await as('owner');
    const change = { guildId: club, userId: ids.member };
    await core.services.members.setRoles(owner, { ...change, roles: ['moderator'] });
    expect(texts(await list('member', {}, elsewhere))).toEqual(['loud', 'quiet']);
    await core.services.members.setRoles(owner, { ...change, roles: [] });
    expect(texts(await list('member', {}, elsewhere))).toEqual(['loud']);
  });

  test('a foreign guild is as if it were not there, for people and for the bot', async () => {
    const { id: messageId } = await send('owner', {});
    for (const name of ['outsider', 'left', 'ownerElsewhere', 'operatorOutside'] as const) {
      const caller = await as(name);
      for (const [named, input] of [
        ['writeMessages', { guildId: club, text: 'hi' }],
        ['readMessages', { guildId: club }],
        ['readMessages', { guildId: club, messageId }],
      ] as const) {
        expect(await outcomeOf(passGate(core, caller, rule.resolver(named), input)), name).toBe('not_found');
      }
      expect(await outcomeOf(list(name)), name).toBe('not_found');
    }
    // An id of one guild named together with another guild.
    const foreign = core.services.messages.delete(await as('ownerElsewhere'), { guildId: other, messageId });
    expect(await outcomeOf(foreign)).toBe('not_found');
    const input = { guildId: club, text: 'hi' };
    const form = { viaBot: true, mutation: true };
    const write = rule.resolver('writeMessages');
    const asBot = async (name: WorldPersonName) =>
      outcomeOf(passGate(core, await viaBot(core, name), write, input, form));
    expect([await asBot('member'), await asBot('outsider')]).toEqual(['allowed', 'not_found']);
  });

  test('pages stay as they were while others write', async () => {
    for (let index = 1; index <= 9; index += 1)
      await send('member', { text: `${index}`, clientId: `c${index}` });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: OutputOf<'message.list'> = await list('club', { limit: 2, cursor }, elsewhere);
      seen.push(...texts(page));
      cursor = page.nextCursor ?? undefined;
      await send('member', { text: 'meanwhile' });
    } while (cursor !== undefined);
    expect(seen).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1']);
    expect(await outcomeOf(list('club', { cursor: 'bm9uc2Vuc2U' }))).toBe('invalid_input');
  });

  test('what one process sends or deletes is what the other lists and counts next', async () => {
    for (let round = 0; round < 5; round += 1) {
      const sent = await send('member', { text: `round ${round}` });
      expect(texts(await list('club', {}, elsewhere))).toEqual([`round ${round}`]);
      expect(await messageCount()).toBe(1);
      const deletion = { guildId: club, messageId: sent.id };
      await elsewhere.services.messages.delete(await as('member', elsewhere), deletion);
      expect(texts(await list('club'))).toEqual([]);
      expect(await messageCount()).toBe(0);
    }
  });

  test('are deleted by their author or by who manages members', async () => {
    const remove = async (name: WorldPersonName, messageId: string) =>
      outcomeOf(core.services.messages.delete(await as(name), { guildId: club, messageId }));
    const [first, second, quiet] = [
      await send('member', { text: 'first' }),
      await send('member', { text: 'second' }),
      await send('moderator', { text: 'quiet', adminOnly: true }),
    ];
    expect(await remove('club', first.id)).toBe('action_not_allowed');
    expect(await remove('editor', first.id)).toBe('action_not_allowed');
    expect(await remove('editor', quiet.id)).toBe('not_found');
    expect(await remove('member', first.id)).toBe('allowed');
    expect(await remove('member', first.id)).toBe('not_found');
    expect(await remove('moderator', second.id)).toBe('allowed');
    expect(await remove('admin', quiet.id)).toBe('allowed');
    const trail = await auditTrail(core, 'message.delete');
    expect(trail.slice(-3).map(({ user_id }) => user_id)).toEqual([ids.member, ids.moderator, ids.admin]);
  });

  test('name their author as they are called now', async () => {
    await send('member', { text: 'hello' });
    expect((await list('club')).items[0]?.author).toMatchObject({ userId: ids.member, username: 'ben' });
    const { discordId } = world.people.member;
    const user = personFacts(discordId, { username: 'benjamin', globalName: 'Benjamin' });
    await core.services.members.sync(
      theBot,
      parsed('guild.members.sync', { guildId: club, members: [presentMember(user)] }),
    );
    expect((await list('club', {}, elsewhere)).items[0]?.author).toMatchObject({ globalName: 'Benjamin' });
  });
});

import { column } from '@slimy/db';
import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditTrail, outcomeOf, parsed } from './support/calls.ts';
import { newInstallation, openCore, otherProcess, type TestCore } from './support/open-core.ts';
import { settleWorld, signIn, type WorldIds } from './support/settle-world.ts';
import { Watcher } from './support/watcher.ts';

describeOnEachPair('conversations', (fixture) => {
  let core: TestCore;
  let elsewhere: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    const installation = await newInstallation(fixture);
    core = await openCore(installation);
    elsewhere = await otherProcess(core, installation);
    ids = await settleWorld(core.database);
  });
  afterAll(async () => {
    await elsewhere.close();
    await core.close();
  });

  const as = async (name: WorldPersonName, process: TestCore = core) =>
    (await signIn(core, ids, name)).caller(process);
  const create = async (name: WorldPersonName, title: string | null) =>
    core.services.conversations.create(await as(name), { title, personalityMode: null });

  test('are made, renamed, found and deleted by their owner', async () => {
    const { conversations, messages } = core.services;
    const owner = await as('outsider');
    const made = await conversations.create(owner, { title: 'Snails 🐌', personalityMode: 'creative' });
    expect(made).toMatchObject({ title: 'Snails 🐌', personalityMode: 'creative', messageCount: 0 });
    const conversationId = made.id;
    expect(await conversations.rename(owner, { conversationId, title: 'x'.repeat(200) })).toMatchObject({
      title: 'x'.repeat(200),
    });
    expect(await conversations.rename(owner, { conversationId, title: null })).toMatchObject({ title: null });
    const text = 'hello';
    await messages.send(owner, parsed('message.send', { conversationId, text }));
    const found = await elsewhere.services.conversations.byId(await as('outsider', elsewhere), {
      conversationId,
    });
    expect(found).toMatchObject({ id: conversationId, messageCount: 1 });
    expect(found.updatedAt.getTime()).toBeGreaterThanOrEqual(made.updatedAt.getTime());
    await conversations.delete(owner, { conversationId });
    expect(await outcomeOf(conversations.byId(owner, { conversationId }))).toBe('not_found');
    expect(await outcomeOf(conversations.delete(owner, { conversationId }))).toBe('not_found');
    expect(await outcomeOf(messages.list(owner, parsed('message.list', { conversationId })))).toBe(
      'not_found',
    );
    const left = core.database.sql.query('SELECT id FROM chat_messages', [], { id: column.text });
    expect(await left).toEqual([]);
  });

  test('are nobody else’s: another person’s is as if it were not there', async () => {
    const { conversations, messages } = core.services;
    const { id: conversationId } = await create('member', 'mine');
    const sent = await messages.send(
      await as('member'),
      parsed('message.send', { conversationId, text: 'secret' }),
    );
    // Neither rank in a shared guild nor the installation gives a right to it.
    for (const name of ['owner', 'operator', 'outsider'] as const) {
      const other = await as(name);
      const room = { conversationId };
      const attempts = [
        conversations.byId(other, room),
        conversations.rename(other, { ...room, title: 'taken' }),
        conversations.delete(other, room),
        messages.send(other, parsed('message.send', { ...room, text: 'hello' })),
        messages.list(other, parsed('message.list', room)),
        messages.delete(other, { ...room, messageId: sent.id }),
      ];
      expect(await Promise.all(attempts.map(outcomeOf)), name).toEqual(attempts.map(() => 'not_found'));
      const stream = new Watcher((signal) => messages.onNew(other, room, { lastEventId: '0', signal }));
      expect(await outcomeOf(stream.ended), name).toBe('not_found');
    }
    expect(await conversations.byId(await as('member'), { conversationId })).toMatchObject({
      title: 'mine',
      messageCount: 1,
    });
  });

  test('come with the newest message first, page by page', async () => {
    const { conversations, messages } = core.services;
    const owner = await as('club');
    const made = [];
    for (const title of ['one', 'two', 'three', 'four', 'five']) made.push(await create('club', title));
    await messages.send(
      owner,
      parsed('message.send', { conversationId: made.at(1)?.id, text: 'later than all' }),
    );
    const titles: (string | null)[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await conversations.list(owner, { limit: 2, cursor });
      titles.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor ?? undefined;
    }
    expect(titles.at(0)).toBe('two');
    expect(new Set(titles)).toEqual(new Set(['one', 'two', 'three', 'four', 'five']));
    expect(titles).toHaveLength(5);
    expect(await outcomeOf(conversations.list(owner, { limit: 2, cursor: 'bm9uc2Vuc2U' }))).toBe(
      'invalid_input',
    );
  });

  test('leave who did what with which of them in the audit trail, and no word of theirs', async () => {
    const { id: conversationId } = await create('editor', 'very private');
    const editor = await as('editor');
    await core.services.conversations.rename(editor, { conversationId, title: 'still private' });
    await core.services.conversations.delete(editor, { conversationId });
    for (const action of ['conversation.create', 'conversation.rename', 'conversation.delete']) {
      const [row] = (await auditTrail(core, action)).filter(({ user_id }) => user_id === ids.editor);
      expect(row, action).toMatchObject({ actor_kind: 'user', success: true, before: null, after: null });
    }
  });
});

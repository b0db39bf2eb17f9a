import type { Message } from '@slimy/contract';
import { messageRoom, repositories } from '@slimy/db';
import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../src/index.ts';
import { outcomeOf, parsed } from './support/calls.ts';
import {
  newInstallation,
  openCore,
  otherProcess,
  type Installation,
  type TestCore,
} from './support/open-core.ts';
import {
  club,
  emptyWorld,
  settleWorld,
  signIn,
  type SignedIn,
  type WorldIds,
} from './support/settle-world.ts';
import { Watcher } from './support/watcher.ts';

const room = messageRoom({ table: 'guilds', column: 'guild_id', id: club });

function follow(core: TestCore, caller: Caller, lastEventId: string | null = null): Watcher<Message> {
  return new Watcher((signal) =>
    core.services.messages.onNew(caller, { guildId: club }, { lastEventId, signal }),
  );
}

const texts = ({ seen }: Watcher<Message>) => seen.map(({ event }) => event.text);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);

describeOnEachPair('the stream of new messages', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let elsewhere: TestCore;
  let ids: WorldIds;
  let owner: SignedIn;
  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation);
    elsewhere = await otherProcess(core, installation);
    await Promise.all([core.start(), elsewhere.start()]);
  });
  beforeEach(async () => {
    await emptyWorld(core);
    await core.database.sql.execute("DELETE FROM rooms WHERE name LIKE 'messages:%'");
    ids = await settleWorld(core.database);
    owner = await signIn(core, ids, 'owner');
  });
  afterAll(async () => {
    await elsewhere.close();
    await core.close();
  });

  const as = async (name: WorldPersonName, process: TestCore = core) =>
    (await signIn(core, ids, name)).caller(process);
  const send = async (process: TestCore, text: string, adminOnly = false) =>
    process.services.messages.send(
      await owner.caller(process),
      parsed('message.send', { guildId: club, text, adminOnly }),
    );
  /** Sends in a transaction of its own, as of an instant; nobody is woken. */
  const sendSilently = (text: string, at: Date, before?: () => Promise<void>) =>
    core.database.transaction(async (transaction) => {
      const { messages } = repositories(transaction).guild(club);
      await messages.send({ userId: ids.owner, role: 'user', text, adminOnly: false }, at);
      await before?.();
    });

  test('tells every process in the order of the commits, each message once, to whom it is for', async () => {
    const watchers = [
      follow(core, await as('member'), '0'),
      follow(elsewhere, await as('editor', elsewhere), '0'),
    ];
    const moderator = follow(elsewhere, await as('moderator', elsewhere), '0');
    for (const text of numbered(9))
      await send(Number(text) % 2 === 0 ? core : elsewhere, text, Number(text) % 3 === 0);
    await moderator.until(9);
    expect(moderator.seen.map(({ id }) => id)).toEqual(numbered(9));
    for (const watcher of watchers) {
      await watcher.until(6);
      expect(texts(watcher)).toEqual(['1', '2', '4', '5', '7', '8']);
      expect(watcher.seen.at(0)?.event).toMatchObject({ author: { username: 'mira' }, clientId: null });
    }
    await Promise.all([...watchers, moderator].map((watcher) => watcher.leave()));
  });

  test('neither skips nor doubles what commits late, out of order or not at all', async () => {
    const watcher = follow(elsewhere, await as('member', elsewhere), '0');
    const now = Date.now();
    // The first takes a place and holds it while another sender waits behind it, then it is rolled back.
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let rolledBack: Promise<void> | undefined;
    await new Promise<void>((placed) => {
      rolledBack = sendSilently('rolled back', new Date(now), async () => {
        placed();
        await released;
        throw new Error('rolled back');
      });
    });
    const waiting = sendSilently('after it', new Date(now + 1));
    release();
    await expect(rolledBack).rejects.toThrow('rolled back');
    await waiting;
    await watcher.until(1);
    // Begun earlier by the clock, so that ids and instants are the other way round than the commits.
    await sendSilently('older, committed later', new Date(now - 60_000));
    await sendSilently('newest', new Date(now + 2));
    await watcher.until(3);
    expect(texts(watcher)).toEqual(['after it', 'older, committed later', 'newest']);
    expect(watcher.seen.map(({ id }) => id)).toEqual(['1', '2', '3']);
    await watcher.leave();
  });

  test('loses nothing when nobody is woken: readers look for themselves within a second', async () => {
    const watcher = follow(elsewhere, await as('member', elsewhere), '0');
    const { signals } = core;
    const silent = await openCore(installation, {
      database: core.database,
      cache: core.cache,
      signals: {
        publish: () => undefined,
        subscribe: (channel, listener) => signals.subscribe(channel, listener),
        close: async () => undefined,
      },
    });
    await send(core, 'told');
    await watcher.until(1);
    const took = [];
    for (const count of [2, 3, 4]) {
      const started = performance.now();
      await send(silent, 'not told');
      await watcher.until(count);
      took.push(performance.now() - started);
    }
    // The quickest of three: a busy machine may hold one back, a reader that looks too seldom is late each time.
    expect(Math.min(...took)).toBeLessThan(2000);
    expect(texts(watcher)).toEqual(['told', 'not told', 'not told', 'not told']);
    await watcher.leave();
    await silent.close();
  });

  test('goes on where a reader left off, in any process, and from a list', async () => {
    const first = follow(core, await as('member'), '0');
    await send(core, '1');
    await first.until(1);
    await first.leave();
    const sent = [];
    for (const text of numbered(45).slice(1)) sent.push(await send(elsewhere, text));
    const gone = sent.splice(3, 1)[0];
    await core.services.messages.delete(await owner.caller(), { guildId: club, messageId: gone?.id ?? '' });
    const member = await as('member', elsewhere);
    const second = follow(elsewhere, member, first.seen.at(-1)!.id);
    await second.until(sent.length);
    expect(texts(second)).toEqual(sent.map(({ text }) => text));
    await second.leave();

    const { liveFrom, items } = await elsewhere.services.messages.list(
      member,
      parsed('message.list', { guildId: club, limit: 1 }),
    );
    await send(core, 'between list and stream');
    const third = new Watcher((signal) =>
      elsewhere.services.messages.onNew(
        member,
        { guildId: club, after: liveFrom },
        { lastEventId: null, signal },
      ),
    );
    await third.until(1);
    expect([...items.map(({ text }) => text), ...texts(third)]).toEqual(['45', 'between list and stream']);
    await third.leave();
    const foreign = follow(core, await as('member'), 'not ours');
    await expect(foreign.ended).rejects.toMatchObject({ reason: 'invalid_input' });
  });

  // Tried again when late: a busy machine may hold one try back, a stream that looks too seldom is late each time.
  const late = { retry: 2 };
  test(
    'ends within a second of the loss of session, membership or role, and tells nothing after it',
    late,
    async () => {
      const [signedOut, removed, demoted] = [
        await signIn(core, ids, 'member'),
        await signIn(core, ids, 'club'),
        await signIn(core, ids, 'moderator'),
      ];
      const watchers = [
        follow(elsewhere, await signedOut.caller(elsewhere), '0'),
        follow(elsewhere, await removed.caller(elsewhere), '0'),
        follow(elsewhere, await demoted.caller(elsewhere), '0'),
      ];
      await send(core, 'before');
      await Promise.all(watchers.map((watcher) => watcher.until(1)));
      const { members } = core.services;
      const takeAway = [
        async () => core.authentication.signOut(await signedOut.caller()),
        async () => members.remove(await owner.caller(), { guildId: club, userId: ids.club }),
        async () =>
          members.setRoles(await owner.caller(), { guildId: club, userId: ids.moderator, roles: [] }),
      ];
      for (const [index, take] of takeAway.entries()) {
        await take();
        const lost = performance.now();
        const sending = send(elsewhere, `after ${index}`, true);
        await watchers[index]?.ended;
        expect(performance.now() - lost).toBeLessThan(1000);
        await sending;
      }
      expect(watchers.map(texts)).toEqual([['before'], ['before'], ['before', 'after 0', 'after 1']]);
    },
  );

  test('of a conversation is for its owner and ends with it', async () => {
    const caller = await as('outsider');
    const { conversations, messages } = core.services;
    const { id: conversationId } = await conversations.create(caller, { title: null, personalityMode: null });
    const there = await as('outsider', elsewhere);
    const watcher = new Watcher((signal) =>
      elsewhere.services.messages.onNew(there, { conversationId }, { lastEventId: '0', signal }),
    );
    await messages.send(caller, parsed('message.send', { conversationId, text: 'hello' }));
    await watcher.until(1);
    await conversations.delete(caller, { conversationId });
    await watcher.ended;
    expect(texts(watcher)).toEqual(['hello']);
  });

  test('holds little for a slow reader, and a person cannot hold many', async () => {
    for (let index = 1; index <= 60; index += 1) await sendSilently(`${index}`, new Date());
    const caller = await as('member');
    const leaving = new AbortController();
    const options = { lastEventId: '0', signal: leaving.signal };
    const slow = core.services.messages.onNew(caller, { guildId: club }, options)[Symbol.asyncIterator]();
    expect((await slow.next()).value).toMatchObject({ id: '1' });
    // Had more been read ahead than a stream may hold, these would still be told.
    await core.database.sql.execute('DELETE FROM chat_messages WHERE sequence > 30');
    const told = [];
    while (told.length < 29) told.push(await slow.next());
    expect(told.at(-1)?.value).toMatchObject({ id: '30' });
    await send(core, 'next');
    expect((await slow.next()).value).toMatchObject({ id: '61' });

    const more = Array.from({ length: 39 }, () => follow(core, caller, '60'));
    await Promise.all(more.map((watcher) => watcher.until(1)));
    expect(await outcomeOf(follow(core, caller).ended)).toBe('rate_limited');
    await Promise.all(more.map((watcher) => watcher.leave()));
    const again = follow(core, caller, '60');
    await again.until(1);
    await again.leave();
    leaving.abort();
    await slow.next();
  });

  test('ends when the program stops', async () => {
    const third = await otherProcess(core, installation);
    const watcher = follow(third, await as('member', third), '0');
    await send(core, 'last');
    await watcher.until(1);
    await third.close();
    await watcher.ended;
    expect(texts(watcher)).toEqual(['last']);
    expect((await repositories(core.database).outbox.lastSequences([room])).get(room)).toBe(1n);
  });
});

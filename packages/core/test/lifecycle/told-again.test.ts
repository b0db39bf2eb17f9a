import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkDatabase, insertPlainRows, readPlainRows, timeOrderedId, type PlainRow } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { retentionKinds } from '../../src/lifecycle/retention-kinds.ts';
import { textOf } from '../../src/lifecycle/row-values.ts';
import { parsed } from '../support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';

const DAY = 86_400_000;
const OLD_DAYS = 200;

describeOnEachEngine('an archive whose rows were told again meanwhile', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let operator: Caller;
  let member: Caller;
  let now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };

  const rowsOf = (table: string) => readPlainRows(core.database.sql, table, { orderBy: 'id' });
  async function archived(kind: 'chat' | 'stats'): Promise<string> {
    const { lifecycle } = core.services;
    const days = OLD_DAYS - 20;
    await lifecycle.setPolicy(operator, { kind, version: 0, enabled: true, action: 'archive', days });
    await lifecycle.run(operator, { kind });
    await core.jobs.runDue();
    const { items } = await lifecycle.archives(operator, parsed('lifecycle.archives', { kind }));
    expect(items).toMatchObject([{ state: 'done' }]);
    return items[0]?.id ?? '';
  }
  const restore = (archiveId: string) => core.services.lifecycle.restoreArchive(operator, { archiveId });
  const countersAreRight = async () =>
    expect((await checkDatabase({ url: installation.url })).counters).toEqual([]);

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
  });
  beforeEach(async () => {
    for (const table of ['jobs', 'archives', 'retention_policies', 'stats', 'rooms'])
      await core.database.sql.execute(`DELETE FROM ${table}`);
    rmSync(join(core.settings.DATA_DIR, 'archives'), { recursive: true, force: true });
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    operator = await (await signIn(core, ids, 'operator')).caller();
    member = await (await signIn(core, ids, 'member')).caller();
  });
  afterAll(() => core.close());

  test('knows of every kind that is archived row by row', () => {
    const kinds = retentionKinds.filter(({ actions, deletedAs = 'rows' }) => {
      return actions.includes('archive') && deletedAs === 'rows';
    });
    expect(kinds.map(({ kind }) => kind)).toEqual(['chat', 'stats']);
  });

  test('leaves out messages that were sent again, and brings the others back', async () => {
    const { id: conversation } = await core.services.conversations.create(
      member,
      parsed('conversation.create', { title: 'x' }),
    );
    const message = (row: PlainRow, at = new Date(now.getTime() - OLD_DAYS * DAY)): PlainRow => ({
      id: timeOrderedId(at),
      user_id: ids.member,
      role: 'user',
      text: 'hello',
      admin_only: false,
      created_at: at.toISOString(),
      ...row,
    });
    const again = [
      { guild_id: club, sequence: '1', client_id: 'a' },
      { guild_id: club, sequence: '2' },
      { conversation_id: conversation, sequence: '1' },
    ];
    const others = [
      { guild_id: club, sequence: '3', client_id: 'b' },
      { conversation_id: conversation, sequence: '2' },
    ];
    const talk = (rows: readonly PlainRow[]) =>
      core.database.transaction(async ({ sql }) => {
        await insertPlainRows(sql, 'chat_messages', rows);
        for (const [table, column] of [
          ['guilds', 'guild_id'],
          ['conversations', 'conversation_id'],
        ] as const) {
          await sql.execute(
            `UPDATE ${table} SET message_count = (SELECT COUNT(*) FROM chat_messages WHERE ${column} = ${table}.id)`,
          );
        }
      });
    await talk([...again, ...others].map((row) => message(row)));
    const archiveId = await archived('chat');
    expect(await rowsOf('chat_messages')).toEqual([]);
    // Each has one of the unique keys, and the first one the client's id with another place.
    const [first, ...rest] = again;
    await talk([{ ...first, sequence: '9' }, ...rest].map((row) => message(row, now)));
    const there = await rowsOf('chat_messages');
    await countersAreRight();
    expect(await restore(archiveId)).toEqual({ restored: others.length, leftOut: again.length });
    const back = await rowsOf('chat_messages');
    expect(back).toHaveLength(there.length + others.length);
    expect(back).toEqual(expect.arrayContaining(there));
    await countersAreRight();
  });

  test('leaves out events that were told again, and counts none anew', async () => {
    const { usage } = core.services;
    const tell = (eventId: string) =>
      usage.record(member, parsed('usage.record', { guildId: club, type: 'test.told', eventId, value: 2 }));
    const today = now;
    now = new Date(today.getTime() - OLD_DAYS * DAY);
    for (const eventId of ['a', 'b', 'c']) await tell(eventId);
    now = today;
    const archiveId = await archived('stats');
    expect(await rowsOf('stats')).toEqual([]);
    expect(await tell('b')).toEqual({ stored: true });
    await core.jobs.runDue();
    const [there] = await rowsOf('stats');
    const sums = async () => [...(await rowsOf('stat_rollups')), ...(await rowsOf('stat_deltas'))];
    const before = await sums();
    expect(before).not.toEqual([]);
    expect(await restore(archiveId)).toEqual({ restored: 2, leftOut: 1 });
    const back = await rowsOf('stats');
    expect(back.map((row) => textOf(row, 'event_id')).toSorted()).toEqual(['a', 'b', 'c']);
    expect(back).toContainEqual(there);
    expect(await sums()).toEqual(before);
  });
});

import { checkDatabase, insertPlainRows, readPlainRows, type PlainRow } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { auditTrail, outcomeOf, parsed } from '../support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, request, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';

const DAY = 86_400_000;
/** More than one batch. */
const MANY = 510;

describeOnEachEngine('kinds of rows under retention', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let operator: Caller;
  let now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };

  /** One message of a hundred days ago; gives its instant. */
  async function talkLongAgo(): Promise<Date> {
    const old = new Date(now.getTime() - 100 * DAY);
    const message = {
      guild_id: club,
      user_id: ids.member,
      role: 'user',
      text: 'long ago',
      admin_only: false,
    };
    const row = { ...message, id: 'old', sequence: '1', created_at: old.toISOString() };
    await core.database.transaction(async ({ sql }) => {
      await sql.execute('DELETE FROM chat_messages');
      await insertPlainRows(sql, 'chat_messages', [row]);
      await sql.execute('UPDATE guilds SET message_count = 1 WHERE id = ?', [club]);
    });
    return old;
  }

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
    ids = await settleWorld(core.database);
    operator = await (await signIn(core, ids, 'operator')).caller();
  });
  afterAll(() => core.close());

  test('what a policy would take is seen before it is on', async () => {
    const { lifecycle } = core.services;
    const old = await talkLongAgo();
    const preview = (asked: object) => lifecycle.preview(operator, parsed('lifecycle.preview', asked));
    expect(await preview({ kind: 'chat' })).toEqual([
      { kind: 'chat', action: 'archive', before: null, rows: 0, rowsIsLowerBound: false, oldest: null },
    ]);
    const [asked, ...others] = await preview({ kind: 'chat', days: 90, action: 'delete' });
    expect(others).toEqual([]);
    expect(asked).toMatchObject({ kind: 'chat', action: 'delete', rows: 1, oldest: old });
    expect(await preview({ kind: 'chat', days: 101 })).toMatchObject([{ action: 'archive', rows: 0 }]);
    expect(await outcomeOf(preview({ kind: 'rollups', days: 1, action: 'archive' }))).toBe('invalid_input');
    expect(await outcomeOf(preview({ kind: 'letters', days: 1 }))).toBe('not_found');
    expect(() => parsed('lifecycle.preview', { days: 1 })).toThrow('is needed with days');
    expect(() => parsed('lifecycle.preview', { kind: 'chat', action: 'delete' })).toThrow(
      'is needed with action',
    );
    // Nothing was switched on by it.
    expect(await preview({ kind: 'chat' })).toMatchObject([{ before: null }]);
  });

  test('everything is kept but what ends by itself, until an operator says otherwise', async () => {
    const { lifecycle } = core.services;
    const policies = await lifecycle.policies(operator, undefined);
    const enabled = policies.filter((one) => one.enabled);
    expect(enabled.map(({ kind, days }) => [kind, days])).toEqual([
      ['memberships', 0],
      ['tokens', 0],
    ]);
    expect(policies.find(({ kind }) => kind === 'chat')).toMatchObject({
      version: 0,
      days: null,
      proposal: { action: 'archive', days: 180 },
    });
    expect(Object.fromEntries(policies.map(({ kind, proposal }) => [kind, proposal.days]))).toEqual({
      chat: 180,
      stats: 90,
      rollups: 730,
      screenshots: 30,
      raw_answers: 30,
      uploads: 30,
      memberships: 0,
      guilds: 30,
      audit: 400,
      tokens: 0,
    });
    await talkLongAgo();
    const retain = async () => {
      await lifecycle.run(operator, { kind: 'chat' });
      await core.jobs.runDue();
      return (await readPlainRows(core.database.sql, 'chat_messages', {})).length;
    };
    expect(await retain()).toBe(1);
    const keepChat = { kind: 'chat', version: 0, enabled: true, action: 'archive', days: 50 } as const;
    await lifecycle.setPolicy(operator, keepChat);
    await expect(lifecycle.setPolicy(operator, keepChat)).rejects.toMatchObject({
      reason: 'changed_meanwhile',
    });
    const never = { kind: 'rollups', version: 0, enabled: true, action: 'archive', days: 1 } as const;
    expect(await outcomeOf(lifecycle.setPolicy(operator, never))).toBe('invalid_input');
    const [preview] = await lifecycle.preview(operator, { kind: 'chat' });
    expect(preview).toMatchObject({ action: 'archive', rows: 1, rowsIsLowerBound: false });
    expect(await retain()).toBe(0);
  });

  test('the command line tells how far it has come, batch after batch, and is recorded', async () => {
    const at = new Date(now.getTime() - 400 * DAY).toISOString();
    const event = { user_id: null, guild_id: club, type: 'test', value: 1, source: 'test', timestamp: at };
    const events = Array.from({ length: MANY }, (_, index) => ({
      ...event,
      id: `e${index}`,
      event_id: `${index}`,
    }));
    await insertPlainRows(core.database.sql, 'stats', events);
    const policy = { kind: 'stats', version: 0, enabled: true, action: 'archive', days: 90 } as const;
    await core.services.lifecycle.setPolicy(operator, policy);
    const said: string[] = [];
    const archive = core.tasks.get('archive')?.run(
      { kind: 'stats', preview: false },
      {
        caller: { actor: { kind: 'system', task: 'slimy archive' }, request },
        progress: ({ step, done }) => said.push(`${step}: ${done}`),
        signal: new AbortController().signal,
      },
    );
    expect(await archive).toEqual({ kinds: [{ kind: 'stats', rows: MANY }] });
    expect(said).toEqual(['stats: 0', 'stats: 500', `stats: ${MANY}`]);
    const record = (await auditTrail(core, 'retention.run')).at(-1);
    expect(record).toMatchObject({ actor_kind: 'system' });
  });

  test('memberships end with membership', async () => {
    const { sql } = core.database;
    const ended = () => readPlainRows(sql, 'user_guilds', { where: 'left_at IS NOT NULL' });
    const theirs = [club, ids.editor];
    await sql.execute('UPDATE user_guilds SET left_at = ? WHERE guild_id = ? AND user_id = ?', [
      now,
      ...theirs,
    ]);
    await sql.execute('UPDATE guilds SET member_count = member_count - 1 WHERE id = ?', [club]);
    expect(await ended()).not.toEqual([]);
    now = new Date(now.getTime() + 1);
    await core.services.lifecycle.run(operator, { kind: 'memberships' });
    await core.jobs.runDue();
    expect(await ended()).toEqual([]);
    expect((await checkDatabase({ url: installation.url })).counters).toEqual([]);
  });

  test('answers of the model and files go, and the analyses that were read out of them stay', async () => {
    const { lifecycle } = core.services;
    const { sql } = core.database;
    const some = Array.from({ length: MANY }, (_, index) => index);
    // All but one are of one instant, so that only their ids say where a batch ends.
    const ageOf = (index: number) => new Date(now.getTime() - (index === 0 ? 1 : 31) * DAY).toISOString();
    const upload = (index: number): PlainRow => ({
      id: `upload-${index}`,
      user_id: ids.member,
      purpose: 'snail-analyze',
      state: 'stored',
      bytes: 3,
      storage_key: `snail/${index}`,
      created_at: ageOf(index),
      stored_at: ageOf(index),
    });
    const analysis = (index: number): PlainRow => ({
      id: `analysis-${index}`,
      user_id: ids.member,
      screenshot_type: 'profile',
      upload_id: `upload-${index}`,
      title: 'A snail',
      description: '',
      summary: '',
      confidence: 1,
      processing_time: 3,
      model_used: 'ocr',
      raw_response: { said: 'power 7' },
      created_at: ageOf(index),
      updated_at: ageOf(index),
    });
    await insertPlainRows(sql, 'uploads', some.map(upload));
    await insertPlainRows(sql, 'screenshot_analyses', some.map(analysis));
    for (const kind of ['raw_answers', 'uploads']) {
      const policy = { kind, version: 0, enabled: true, action: 'delete', days: 30 } as const;
      await lifecycle.setPolicy(operator, policy);
      expect(await lifecycle.preview(operator, { kind })).toMatchObject([{ rows: MANY - 1 }]);
      await lifecycle.run(operator, { kind });
    }
    await core.jobs.runDue();
    expect(await lifecycle.preview(operator, { kind: 'raw_answers' })).toMatchObject([{ rows: 0 }]);
    // The next round of the sweeper.
    now = new Date(now.getTime() + 60 * 60_000);
    await core.jobs.runDue();
    const analyses = await readPlainRows(sql, 'screenshot_analyses', {});
    expect(analyses).toHaveLength(MANY);
    const still = (column: string) => analyses.filter((row) => row[column] !== null).map(({ id }) => id);
    expect(still('raw_response')).toEqual(['analysis-0']);
    expect(still('upload_id')).toEqual(['analysis-0']);
    expect((await readPlainRows(sql, 'uploads', {})).map(({ id }) => id)).toEqual(['upload-0']);
  });
});

import { checkDatabase, insertPlainRows, readPlainRows, type PlainRow } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';

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

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
    ids = await settleWorld(core.database);
    operator = await (await signIn(core, ids, 'operator')).caller();
  });
  afterAll(() => core.close());

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

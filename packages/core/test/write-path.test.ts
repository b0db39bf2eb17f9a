import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { column, repositories, type Transaction } from '@slimy/db';
import { describeOnEachPair, personFacts } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { AppError, rule, type Caller } from '../src/index.ts';
import { ErasedList } from '../src/lifecycle/erased-list.ts';
import { RefusalRecorder } from '../src/write/refusals.ts';
import { auditTrail, passGate } from './support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from './support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, type WorldIds } from './support/settle-world.ts';

const writerThatDies = fileURLToPath(new URL('./support/writer-that-dies.mjs', import.meta.url));

describeOnEachPair('write path', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation);
    await core.start();
  });
  beforeEach(async () => {
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  const save = async (caller: Caller, version: number, notes: string) =>
    core.services.guildSettings.update(caller, { guildId: club, version, settings: { notes } });
  const unpublished = async () =>
    core.database.sql.query('SELECT topic FROM outbox WHERE published_at IS NULL', [], {
      topic: column.text,
    });

  test('a change, its audit record and its facts are committed together or not at all', async () => {
    const caller = await (await signIn(core, ids, 'editor')).caller();
    await save(caller, 0, 'kept');
    const records = (await auditTrail(core, 'guild.settings.update')).length;
    const rows = async () => core.database.sql.one('SELECT COUNT(*) AS n FROM outbox', [], { n: column.int });
    const facts = await rows();
    await expect(save(caller, 0, 'refused')).rejects.toMatchObject({ reason: 'changed_meanwhile' });
    expect(await auditTrail(core, 'guild.settings.update')).toHaveLength(records);
    expect(await rows()).toEqual(facts);
  });

  test('a process killed between commit and invalidation leaves nothing stale', async () => {
    const editor = await signIn(core, ids, 'editor');
    const read = async () => core.services.guildSettings.get(await editor.caller(), { guildId: club });
    expect((await read()).version).toBe(0);
    const { environment, url } = installation;
    const { redisUrl = null, prefix } = fixture;
    const orders = { environment, url, redisUrl, prefix, token: editor.token, guildId: club };
    const writer = spawn(process.execPath, [writerThatDies, JSON.stringify(orders)], { stdio: 'inherit' });
    const [, signal] = await once(writer, 'exit');
    expect(signal).toBe('SIGKILL');
    if (fixture.redisUrl !== undefined)
      expect(await read()).toMatchObject({ notes: 'last words', version: 1 });
    await vi.waitFor(
      async () => expect(await read()).toMatchObject({ notes: 'last words', version: 1 }),
      5000,
    );
    await vi.waitFor(async () => expect(await unpublished()).toEqual([]), 5000);
    expect(await auditTrail(core, 'guild.settings.update')).not.toHaveLength(0);
  });

  test('a change whose guild was deleted after the caller’s right was looked up finds nothing', async () => {
    const editor = await (await signIn(core, ids, 'editor')).caller();
    const file = { guildId: '123456789012345678', purpose: 'guild-gallery', bytes: 10 } as const;
    await expect(core.services.uploads.create(editor, file)).rejects.toMatchObject({ reason: 'not_found' });
  });

  test('a change that touches more than was foreseen is made again, once', async () => {
    const guests = await core.database.transaction((transaction: Transaction) =>
      repositories(transaction).users.insert(
        [personFacts('400000000000000001', { username: 'late' })],
        new Date(),
      ),
    );
    const owner = await (await signIn(core, ids, 'owner')).caller();
    const { discordId } = guests.at(0)!;
    const member = await core.services.members.add(owner, { guildId: club, discordId, roles: [] });
    expect(member.userId).toBe(guests.at(0)!.id);
    expect(
      (await auditTrail(core, 'guild.member.add')).filter(({ user_id }) => user_id === ids.owner),
    ).toHaveLength(1);
  });

  test('what is done is noted as published', async () => {
    const caller = await (await signIn(core, ids, 'editor')).caller();
    await save(caller, 0, 'noted');
    await vi.waitFor(async () => expect(await unpublished()).toEqual([]), 5000);
  });

  test('many refusals are written some at a time: one that cannot be takes few others along', async () => {
    const caller = await (await signIn(core, ids, 'member')).caller();
    const error = new AppError('action_not_allowed', 'No.');
    const auditKey = 'of this test';
    const logged: unknown[] = [];
    const none = () => undefined;
    const refusals = new RefusalRecorder({
      database: core.database,
      clock: { now: () => new Date() },
      auditKey,
      erased: new ErasedList(core.database, auditKey),
      logger: { debug: none, info: none, warn: none, error: (fields) => logged.push(fields) },
    });
    const tooLong = 'a'.repeat(65);
    for (const action of [tooLong, ...Array.from({ length: 120 }, (_, index) => `probe.${index}`)]) {
      refusals.record({ caller, action, guildId: club, error });
    }
    await refusals.flush();
    const written = await Promise.all(
      ['probe.0', 'probe.48', 'probe.49', 'probe.119'].map(
        async (action) => (await auditTrail(core, action)).length,
      ),
    );
    expect(written).toEqual([0, 0, 1, 1]);
    expect(logged).toEqual([expect.objectContaining({ refusals: 50 })]);
  });

  test('refusals of people we know are kept once a minute with their count, those of nobody are not', async () => {
    const caller = await (await signIn(core, ids, 'member')).caller();
    const input = { guildId: club };
    const refused = passGate(core, caller, rule.action('manage_guild'), input);
    const error = await refused.then(
      () => {
        throw new Error('was not refused');
      },
      (reason: AppError) => reason,
    );
    const refusal = { action: 'guild.refresh', guildId: club, error };
    for (let call = 0; call < 3; call += 1) await core.recordRefusal({ ...refusal, caller });
    const nobody: Caller = { ...caller, actor: { kind: 'anonymous' } };
    await core.recordRefusal({ ...refusal, caller: nobody });
    await core.stop();
    expect(await auditTrail(core, 'guild.refresh')).toEqual([
      expect.objectContaining({ success: false, occurrences: 3, user_id: ids.member, actor_kind: 'user' }),
    ]);
  });
});

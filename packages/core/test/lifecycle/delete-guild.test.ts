import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { checkDatabase, readPlainRows, repositories } from '@slimy/db';
import { describeOnEachEngine, guildRow } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { erasedFileOf } from '../../src/lifecycle/erased-file.ts';
import { auditTrail, outcomeOf, parsed } from '../support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import {
  club,
  emptyWorld,
  settleWorld,
  signIn,
  theBot,
  world,
  type WorldIds,
} from '../support/settle-world.ts';
import { dyingDatabase } from './dying-database.ts';
import { OLD, talkInGuild, YOUNG } from './old-messages.ts';

const DAY = 86_400_000;
const { name } = world.guilds.club;

describeOnEachEngine('a guild that is deleted', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let operator: Caller;
  let now: Date;
  const clock = { now: () => now };
  const folder = () => join(core.settings.DATA_DIR, 'archives');
  const inArchives = () =>
    readdirSync(folder())
      .map((file) => gunzipSync(readFileSync(join(folder(), file))).toString())
      .join('\n');
  const messages = () => readPlainRows(core.database.sql, 'chat_messages', {});
  const guild = () => repositories(core.database).guild(club).row();
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };

  /** Archives what is old of a kind; gives the archive that was made. */
  async function archive(kind: 'audit' | 'chat'): Promise<string> {
    const { lifecycle } = core.services;
    await lifecycle.run(operator, { kind });
    await core.jobs.runDue();
    const { items } = await lifecycle.archives(operator, parsed('lifecycle.archives', { kind }));
    return items[0]?.id ?? '';
  }
  async function deleteGuild(target = core): Promise<void> {
    const owner = await (await signIn(core, ids, 'owner')).caller();
    const answer = await target.services.guilds.delete(owner, { guildId: club, confirmName: name });
    expect(answer).toEqual({ ok: true });
    expect(await guild()).toBeNull();
    later(1000);
  }
  const connectAgain = (createdAt = now) =>
    core.database.transaction((transaction) =>
      repositories(transaction).guilds.insert(guildRow({ ...world.guilds.club, createdAt }, now)),
    );
  const restore = (archiveId: string) => core.services.lifecycle.restoreArchive(operator, { archiveId });

  /** A process whose disk takes nothing: what it is to write anew in an archive is left to the job. */
  async function withFullDisk(work: (target: TestCore) => Promise<void>): Promise<void> {
    const openFile = () => new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space')) });
    const target = await openCore(installation, { clock, database: core.database, openFile });
    await work(target);
    await target.close();
  }

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
  });
  async function settle(): Promise<void> {
    now = new Date('2026-11-22T14:00:00.000Z');
    for (const table of ['jobs', 'archives', 'retention_policies'])
      await core.database.sql.execute(`DELETE FROM ${table}`);
    rmSync(folder(), { recursive: true, force: true });
    rmSync(erasedFileOf(core.settings.DATA_DIR), { force: true });
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    operator = await (await signIn(core, ids, 'operator')).caller();
    await talkInGuild(core, ids, now);
    for (const kind of ['audit', 'chat'] as const) {
      const policy = { kind, version: 0, enabled: true, action: 'archive', days: 180 } as const;
      await core.services.lifecycle.setPolicy(operator, policy);
    }
  }
  beforeEach(settle);
  afterAll(() => core.close());

  test('is in no archive any more, and nothing of it comes back when it is connected again', async () => {
    const archiveId = await archive('chat');
    expect(inArchives()).toContain('message 1 ');
    await deleteGuild();
    expect(inArchives()).not.toContain('message ');
    await connectAgain();
    expect(await restore(archiveId)).toEqual({ restored: 0, leftOut: 0 });
    expect(await messages()).toEqual([]);
    const [record] = (await auditTrail(core, 'guild.delete')).slice(-1);
    expect(record).toMatchObject({ success: true, user_id: ids.owner, before: { name } });
  });

  test('is taken out of archives by the job where the call could not, and is not brought back meanwhile', async () => {
    const archiveId = await archive('chat');
    await withFullDisk(deleteGuild);
    expect(inArchives()).toContain('message 1 ');
    await connectAgain();
    expect(await restore(archiveId)).toEqual({ restored: 0, leftOut: OLD });
    expect(await messages()).toEqual([]);
    // What the guild that was connected since archives is its own.
    await talkInGuild(core, ids, now);
    const own = await archive('chat');
    expect(own).not.toBe(archiveId);
    later(60_000);
    await core.jobs.runDue();
    expect(await readPlainRows(core.database.sql, 'jobs', { where: `kind = 'guild.delete'` })).toMatchObject([
      { state: 'done' },
    ]);
    expect(await restore(archiveId)).toEqual({ restored: 0, leftOut: 0 });
    expect(await restore(own)).toEqual({ restored: OLD, leftOut: 0 });
  });

  test('goes in short steps, which the job goes on with when the process is killed at any of them', async () => {
    const left: number[] = [];
    for (const commits of [1, 2, 4, 8]) {
      await settle();
      const owner = await (await signIn(core, ids, 'owner')).caller();
      const database = await dyingDatabase(installation.url, commits);
      const dying = await openCore(installation, { clock, database });
      const deleting = dying.services.guilds.delete(owner, { guildId: club, confirmName: name });
      expect(['allowed', 'Error: killed']).toContain(await outcomeOf(deleting));
      await dying.close();
      await database.close();
      left.push((await messages()).length);
      later(2 * 60_000);
      await core.cache.clear();
      await core.jobs.runDue();
      expect([await guild(), await messages()]).toEqual([null, []]);
      expect((await checkDatabase({ url: installation.url })).counters).toEqual([]);
    }
    // First come the record and the job, then memberships; messages go by the hundred.
    expect(left[0]).toBe(OLD + YOUNG);
    expect(left.at(-1)).toBeLessThan(OLD + YOUNG);
  });

  test('is deleted again when a backup is older, unless it was connected anew', async () => {
    const createdAt = (await guild())?.createdAt;
    await deleteGuild();
    const erasedList = erasedFileOf(core.settings.DATA_DIR);
    const restored = { rows: 1, files: 1, missing: 0, headsSetAside: null };
    const finish = () =>
      core.tasks
        .get('restore.finish')
        ?.run(
          { erasedList, restored },
          { caller: theBot, progress: () => undefined, signal: new AbortController().signal },
        );
    await connectAgain(createdAt);
    expect(await finish()).toEqual({ erased: 0, erasedGuilds: 1 });
    expect(await guild()).toBeNull();
    await connectAgain();
    expect(await finish()).toEqual({ erased: 0, erasedGuilds: 0 });
    expect(await guild()).not.toBeNull();
  });

  test('leaves the audit trail as it is, in archives too', async () => {
    const owner = await (await signIn(core, ids, 'owner')).caller();
    const settings = { notes: 'what the owner noted' };
    await core.services.guildSettings.update(owner, { guildId: club, version: 0, settings });
    later(2 * 60_000);
    // Seals what is older than a minute.
    await core.jobs.runDue();
    later(181 * DAY);
    operator = await (await signIn(core, ids, 'operator')).caller();
    await archive('audit');
    await deleteGuild();
    expect(inArchives()).toContain(settings.notes);
  });
});

import { readdirSync, readFileSync, rmSync, createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { checkDatabase, readPlainRows, repositories, timeOrderedId } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../src/caller.ts';
import { parsed } from '../support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';
import { OLD, talkInGuild, YOUNG } from './old-messages.ts';

const now = new Date('2026-11-22T14:00:00.000Z');
const clock = { now: () => now };
const { discordId, username } = world.people.member;
const confirm = `erase ${username}`;

describeOnEachEngine('archives and those who are erased', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let operator: Caller;
  const folder = () => join(core.settings.DATA_DIR, 'archives');
  const messages = () => readPlainRows(core.database.sql, 'chat_messages', { orderBy: 'id' });
  const run = async (target = core) => {
    await target.services.lifecycle.run(operator, { kind: 'chat' });
    await target.jobs.runDue();
  };
  const archives = async () =>
    (await core.services.lifecycle.archives(operator, parsed('lifecycle.archives', {}))).items;
  const archivedRows = (): Record<string, unknown>[] =>
    readdirSync(folder())
      .filter((name) => name.endsWith('.gz'))
      .flatMap((name) =>
        gunzipSync(readFileSync(join(folder(), name)))
          .toString()
          .trim()
          .split('\n')
          .slice(1, -1)
          .map((line) => JSON.parse(line)),
      );
  const member = async () => (await signIn(core, ids, 'member')).caller();

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
  });
  beforeEach(async () => {
    for (const table of ['jobs', 'archives', 'retention_policies', 'erased_people'])
      await core.database.sql.execute(`DELETE FROM ${table}`);
    rmSync(folder(), { recursive: true, force: true });
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    operator = await (await signIn(core, ids, 'operator')).caller();
    await talkInGuild(core, ids, now);
    const policy = { kind: 'chat', version: 0, enabled: true, action: 'archive', days: 180 } as const;
    await core.services.lifecycle.setPolicy(operator, policy);
  });
  afterAll(() => core.close());

  test('two runs of a kind at once move every row once', async () => {
    const other = await openCore(installation, { clock, database: core.database });
    await Promise.all([run(), run(other), run()]);
    await other.close();
    const moved = archivedRows().map(({ id }) => id);
    expect([moved.length, new Set(moved).size]).toEqual([OLD, OLD]);
    expect(await messages()).toHaveLength(YOUNG);
    expect((await archives()).map(({ state }) => state)).toEqual(['done']);
    expect((await checkDatabase({ url: installation.url })).counters).toEqual([]);
    expect(await readPlainRows(core.database.sql, 'program_facts', { where: `name LIKE 'lease.%'` })).toEqual(
      [],
    );
  });

  test('what a run left that was killed while it tidied up goes with the next one', async () => {
    await run();
    const [whole = ''] = readdirSync(folder());
    // Of an archive whose row is gone already: the process died before it could remove its file.
    const lost = `chat-${timeOrderedId()}.jsonl.gz`;
    for (const stray of [lost, `${lost}.partial`]) writeFileSync(join(folder(), stray), 'half of it');
    await run();
    expect(readdirSync(folder())).toEqual([whole]);
    expect(archivedRows()).toHaveLength(OLD);
  });

  test('what others wrote about somebody stays, without their id', async () => {
    const { sql } = core.database;
    const said = `ask <@${discordId}> about it`;
    await sql.execute('UPDATE chat_messages SET text = ? WHERE user_id = ?', [said, ids.editor]);
    await run();
    await core.services.users.erase(await member(), { confirm });
    const rows = archivedRows();
    expect(rows).toHaveLength(OLD / 2);
    expect(new Set(rows.map(({ user_id: author, text }) => [author, text].join(' ')))).toEqual(
      new Set([`${ids.editor} ask <@erased> about it`]),
    );
  });

  test('an archive that is being written when somebody is erased does not keep them', async () => {
    let began = (): void => undefined;
    const reading = new Promise<void>((resolve) => (began = resolve));
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = (path: string) =>
      Duplex.from(async (bytes: AsyncIterable<Uint8Array>) => {
        began();
        await released;
        await pipeline(bytes, createWriteStream(path));
      });
    const other = await openCore(installation, { clock, database: core.database, openFile: held });
    const running = run(other);
    await reading;
    await core.services.users.erase(await member(), { confirm });
    expect(await readPlainRows(core.database.sql, 'jobs', { where: `kind = 'user.erase'` })).toHaveLength(1);
    release();
    await running;
    await other.close();
    await core.database.sql.execute('UPDATE jobs SET run_at = ?', [new Date(0)]);
    await vi.waitFor(async () => {
      await core.jobs.runDue();
      const text = JSON.stringify(archivedRows());
      expect([text.includes(ids.member), text.includes(discordId)]).toEqual([false, false]);
    }, 20_000);
  });

  test('a lost file holds up neither an erasure nor an export', async () => {
    await run();
    const [archive] = await archives();
    rmSync(join(folder(), archive?.fileName ?? ''));
    const caller = await member();
    const file = await core.services.users.export(caller, {});
    expect(file.rowCount).toBeGreaterThan(0);
    await core.services.users.erase(caller, { confirm });
    expect(
      await readPlainRows(core.database.sql, 'users', { where: 'id = ?', parameters: [ids.member] }),
    ).toEqual([]);
  });

  test('an erasure that is finished late leaves what was archived since the server was connected again', async () => {
    const connected = [new Date(now.getTime() - 1), club];
    await core.database.sql.execute('UPDATE guilds SET created_at = ? WHERE id = ?', connected);
    await run();
    const payload = { guildId: club, createdAt: new Date(0).toISOString() };
    await core.database.transaction((transaction) =>
      repositories(transaction).jobs.enqueue(
        { kind: 'guild.erase', payload, runAt: now, maxAttempts: 1 },
        now,
      ),
    );
    await core.jobs.runDue();
    expect(await readPlainRows(core.database.sql, 'jobs', { where: `kind = 'guild.erase'` })).toMatchObject([
      { state: 'done' },
    ]);
    expect(archivedRows()).toHaveLength(OLD);
  });

  test('an erased server is in no archive any more, nor does it come back from one', async () => {
    await run();
    const owner = await (await signIn(core, ids, 'owner')).caller();
    const { name } = await core.services.guilds.byId(owner, { guildId: club, includeMembers: false });
    await core.services.lifecycle.eraseGuild(owner, { guildId: club, confirmName: name });
    expect(archivedRows()).toEqual([]);
    const [archive] = await archives();
    const back = await core.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    expect(back.restored).toBe(0);
  });
});

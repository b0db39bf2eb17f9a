import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openDatabase, readPlainRows, tableNames, type Database } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { outcomeOf, parsed } from '../support/calls.ts';
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
import { talkInGuild } from './old-messages.ts';

const DAY = 86_400_000;
const unfinished = { erased: true, finished: false };
const MARK = 'note of the editor';
const { discordId, username } = world.people.editor;

/** A connection on which something happens before its second transaction: the restore is begun, and what it stores read. */
async function interrupted(url: string, between: () => Promise<void>): Promise<Database> {
  const database = await openDatabase({ url, poolSize: 2 });
  const transaction = database.transaction.bind(database);
  let begun = 0;
  database.transaction = async (...given) => {
    begun += 1;
    if (begun === 2) await between();
    return transaction(...given);
  };
  return database;
}

describeOnEachEngine('somebody who is erased while an archive is brought back', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let operator: Caller;
  let now: Date;
  const clock = { now: () => now };

  const folder = () => join(core.settings.DATA_DIR, 'archives');
  const unpacked = (fileName: string) => gunzipSync(readFileSync(join(folder(), fileName))).toString();

  /** Where one of the texts stands: tables, and archives unpacked. */
  async function placesWith(...texts: readonly string[]): Promise<string[]> {
    const places: string[] = [];
    const holds = (said: string) => texts.some((text) => said.includes(text));
    for (const table of tableNames) {
      if (holds(JSON.stringify(await readPlainRows(core.database.sql, table, {})))) places.push(table);
    }
    for (const name of readdirSync(folder())) if (holds(unpacked(name))) places.push(name);
    return places;
  }

  /**
   * Archives what is old, and brings it back while the editor is erased, at which something may happen first. Gives
   * what the erasure said at first, and what became of the archive.
   */
  async function eraseMeanwhile(kind: 'audit' | 'chat', first?: () => Promise<unknown>) {
    const { lifecycle } = core.services;
    await lifecycle.setPolicy(operator, { kind, version: 0, enabled: true, action: 'archive', days: 100 });
    await lifecycle.run(operator, { kind });
    await core.jobs.runDue();
    const { items } = await lifecycle.archives(operator, parsed('lifecycle.archives', { kind }));
    const archive = items.find(({ fileName }) => unpacked(fileName).includes(ids.editor));
    expect(archive).toMatchObject({ state: 'done' });
    let said: unknown;
    const database = await interrupted(installation.url, async () => {
      await first?.();
      const run = {
        caller: theBot,
        progress: () => undefined,
        signal: AbortSignal.timeout(first ? 60_000 : 400),
      };
      const input = { person: ids.editor, confirm: `erase ${username}` };
      said = await core.tasks.get('user.erase')?.run(input, run);
    });
    const other = await openCore(installation, { clock, database });
    const restoring = other.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    const outcome = await outcomeOf(restoring);
    if (outcome === 'allowed') expect((await restoring).restored).toBeGreaterThan(0);
    await other.close();
    await database.close();
    return { said, outcome };
  }

  async function thenNothingIsLeft(): Promise<void> {
    now = new Date(now.getTime() + 2 * 60_000);
    await core.jobs.runDue();
    expect(await placesWith(MARK, ids.editor, discordId)).toEqual([]);
  }

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
  });
  beforeEach(async () => {
    now = new Date('2026-11-22T14:00:00.000Z');
    for (const table of ['jobs', 'archives', 'retention_policies', 'erased_people'])
      await core.database.sql.execute(`DELETE FROM ${table}`);
    rmSync(folder(), { recursive: true, force: true });
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  test('is not brought back by the messages of others', async () => {
    operator = await (await signIn(core, ids, 'operator')).caller();
    await talkInGuild(core, ids, now);
    const { sql } = core.database;
    await sql.execute('UPDATE chat_messages SET text = ? WHERE user_id = ?', [
      `ask <@${discordId}>`,
      ids.member,
    ]);
    expect(await eraseMeanwhile('chat')).toEqual({ said: unfinished, outcome: 'allowed' });
    await thenNothingIsLeft();
    const back = await readPlainRows(sql, 'chat_messages', { where: `text = 'ask <@erased>'` });
    expect(back.length).toBeGreaterThan(300);
  });

  test('is not brought back by a process that was held up until others took it for gone', async () => {
    operator = await (await signIn(core, ids, 'operator')).caller();
    await talkInGuild(core, ids, now);
    const { sql } = core.database;
    await sql.execute('UPDATE chat_messages SET text = ?', [`ask <@${discordId}>`]);
    const silent = () =>
      sql.execute("UPDATE program_facts SET updated_at = ? WHERE name = 'lease.archives.rows'", [
        new Date(Date.now() - 61_000),
      ]);
    expect(await eraseMeanwhile('chat', silent)).toEqual({
      said: { erased: true, finished: true },
      outcome: 'changed_meanwhile',
    });
    await thenNothingIsLeft();
  });

  test('is not brought back by the records of what they did', async () => {
    const editor = await (await signIn(core, ids, 'editor')).caller();
    for (const version of [0, 1]) {
      const settings = { notes: `${MARK} ${version}` };
      await core.services.guildSettings.update(editor, { guildId: club, version, settings });
    }
    await core.database.sql.execute('UPDATE guild_settings SET notes = NULL');
    now = new Date(now.getTime() + 2 * 60_000);
    // Seals what is older than a minute.
    await core.jobs.runDue();
    now = new Date(now.getTime() + 101 * DAY);
    operator = await (await signIn(core, ids, 'operator')).caller();
    expect(await eraseMeanwhile('audit')).toEqual({ said: unfinished, outcome: 'allowed' });
    await thenNothingIsLeft();
    const verified = await core.services.audit.verify(operator, parsed('audit.verify', {}));
    expect(verified.findings).toEqual([]);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  checkDatabase,
  insertPlainRows,
  openSnapshot,
  personalTables,
  readPlainRows,
  repositories,
  tableNames,
  timeOrderedId,
} from '@slimy/db';
import {
  describeOnBothSetups,
  describeOnEachPair,
  redisContents,
  seededRandom,
  shortOrLong,
  personFacts,
  presentMember,
} from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError, type Caller } from '../../src/index.ts';
import { openFileStore } from '../../src/uploads/file-store.ts';
import { outcomeOf, parsed } from '../support/calls.ts';
import {
  newInstallation,
  openCore,
  otherProcess,
  type Installation,
  type TestCore,
} from '../support/open-core.ts';
import {
  club,
  emptyWorld,
  settleWorld,
  signIn,
  theBot,
  viaBot,
  world,
  type WorldIds,
} from '../support/settle-world.ts';
import { dyingDatabase } from './dying-database.ts';
import { liveFully, MARK } from './full-life.ts';

const { discordId, username } = world.people.owner;
const phrase = `erase ${username}`;

/** Files below a folder as bytes, packed ones unpacked. */
function filesBelow(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      return [path, path.endsWith('.gz') ? gunzipSync(bytes) : bytes];
    }),
  );
}

const onVariants = shortOrLong(describeOnBothSetups, describeOnEachPair);

onVariants('erasing a person', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let owner: Caller;
  let userId: string;
  let upload: string;
  let now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };

  /** Tables in which one of the texts stands. */
  async function tablesWith(...texts: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const table of tableNames) {
      const stored = JSON.stringify(await readPlainRows(core.database.sql, table, {}));
      if (texts.some((text) => stored.includes(text))) found.push(table);
    }
    return found;
  }

  /** The small world anew, with an owner who has left traces everywhere. */
  async function settle(): Promise<void> {
    await core.database.transaction(async ({ sql }) => {
      for (const table of [
        'jobs',
        'rooms',
        'uploads',
        'archives',
        'erased_people',
        'retention_policies',
        'stats',
        'outbox',
      ])
        await sql.execute(`DELETE FROM ${table}`);
    });
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    userId = ids.owner;
    owner = await (await signIn(core, ids, 'owner')).caller();
    const notes = `ask <@${discordId}>`;
    await core.services.guildSettings.update(owner, { guildId: club, version: 0, settings: { notes } });
    await core.services.members.setRoles(owner, { guildId: club, userId: ids.member, roles: ['editor'] });
    upload = await liveFully(core.database, { userId, discordId });
  }

  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation, { clock });
  });
  beforeEach(settle);
  afterAll(() => core.close());

  test('the export lists what every table keeps about the person, and no secret', async () => {
    const file = await core.services.users.export(owner, {});
    const { rows }: { rows: { table: string; row: Record<string, unknown> }[] } = JSON.parse(file.content);
    expect(rows).toHaveLength(file.rowCount);
    const expected = personalTables.filter(({ of }) => of !== null).map(({ table }) => table);
    expect([...new Set(rows.map(({ table }) => table))].toSorted()).toEqual(expected.toSorted());
    const sums = rows.filter(({ table }) => table === 'stat_rollups');
    expect(sums, 'with what was not merged yet').toHaveLength(2);
    expect(rows.find(({ table }) => table === 'users')?.row).toMatchObject({ id: userId, username });
    expect(file.content).not.toContain('token_hash');
    expect(file.content).not.toContain(ids.admin);
  });

  /** Everything that is stored of the installation, as bytes: database, Redis, files. */
  async function stored(): Promise<Map<string, Buffer>> {
    const places = filesBelow(core.settings.DATA_DIR);
    for (const table of tableNames) {
      const rows = await readPlainRows(core.database.sql, table, {});
      places.set(`table ${table}`, Buffer.from(JSON.stringify(rows)));
    }
    const [, file] = /^file:(.*)$/.exec(installation.url) ?? [];
    if (file !== undefined) {
      for (const path of [file, `${file}-wal`, `${file}-shm`]) {
        if (existsSync(path)) places.set(path, readFileSync(path));
      }
    }
    if (fixture.redisUrl !== undefined) {
      const entries = await redisContents(fixture.redisUrl, fixture.prefix);
      for (const [name, value] of entries) {
        places.set(`Redis ${name}`, Buffer.concat([Buffer.from(name), value]));
      }
    }
    return places;
  }

  /** Where one of the texts stands, as bytes. */
  async function placesWith(...texts: readonly string[]): Promise<string[]> {
    return [...(await stored())].flatMap(([place, bytes]) =>
      texts.some((text) => bytes.includes(text)) ? [place] : [],
    );
  }

  /** An archive with a message of the person and one of somebody else, who speaks of them to this day. */
  async function archiveMessages(): Promise<void> {
    const old = new Date(now.getTime() - 300 * 86_400_000);
    const message = (sequence: number, author: string, text: string, at = old) => ({
      id: timeOrderedId(at),
      guild_id: club,
      user_id: author,
      sequence: String(sequence),
      role: 'user',
      text,
      admin_only: false,
      created_at: at.toISOString(),
    });
    await core.database.transaction(async ({ sql }) => {
      const rows = [
        message(7, userId, `${MARK} long ago`),
        message(8, ids.admin, `of another, <@${discordId}>`),
        message(9, ids.admin, `of another today, <@!${discordId}>`, now),
      ];
      await insertPlainRows(sql, 'chat_messages', rows);
      await sql.execute('UPDATE guilds SET message_count = message_count + 3 WHERE id = ?', [club]);
      await sql.execute(`UPDATE retention_policies SET enabled = 1, days = 180 WHERE kind = 'chat'`);
    });
    const run = { caller: theBot, progress: () => undefined, signal: new AbortController().signal };
    const archived = await core.tasks.get('archive')?.run({ kind: 'chat', preview: false }, run);
    expect(archived).toEqual({ kinds: [{ kind: 'chat', rows: 2 }] });
  }

  test('afterwards no table, cache or file holds an id, a name or a word of theirs, searched for as bytes', async () => {
    const files = await openFileStore(core.settings);
    await files.write(upload, Buffer.from(`a picture of ${MARK}`), 'image/png');
    files.close();
    await archiveMessages();
    const other = await otherProcess(core, installation);
    const admin = await signIn(core, ids, 'admin');
    const processes = [core, other];
    for (const process of processes) {
      const caller = await admin.caller(process);
      const { guilds, members, messages, users } = process.services;
      await users.me(owner, undefined);
      await guilds.byId(caller, parsed('guild.byId', { guildId: club, includeMembers: true }));
      await members.list(caller, parsed('guild.members.list', { guildId: club, search: MARK }));
      await messages.list(caller, parsed('message.list', { guildId: club }));
      expect(process.cache.stats().localEntries).toBeGreaterThan(0);
    }
    const texts = [userId, discordId, MARK];
    const before = await placesWith(...texts);
    const kinds = (places: readonly string[]) =>
      new Set(places.map((place) => /^table|^Redis|archives|uploads|slimy\.db/.exec(place)?.[0] ?? place));
    expect(kinds(before)).toEqual(
      new Set([
        'table',
        'archives',
        'uploads',
        ...(fixture.redisUrl === undefined ? [] : ['Redis']),
        ...(fixture.engine === 'sqlite' ? ['slimy.db'] : []),
      ]),
    );

    await core.services.users.erase(owner, { confirm: phrase });
    expect(await placesWith(...texts)).toEqual([]);
    await expect.poll(() => processes.map(({ cache }) => cache.stats().localEntries)).toEqual([0, 0]);
    expect((await placesWith('of another, <@erased>')).join()).toContain('archives');
    expect(await placesWith('of another today, <@!erased>')).toContain('table chat_messages');
    await other.close();
  });

  test('the guild stays without them, its counters and its audit trail are right', async () => {
    await core.services.users.erase(owner, { confirm: phrase });
    const admin = await (await signIn(core, ids, 'admin')).caller();
    const guild = await core.services.guilds.byId(
      admin,
      parsed('guild.byId', { guildId: club, includeMembers: true }),
    );
    expect(guild).toMatchObject({ name: world.guilds.club.name, ownerDiscordId: null, messageCount: 0 });
    expect(guild.members?.items.map((member) => member.userId)).not.toContain(userId);
    expect((await checkDatabase({ url: installation.url })).counters).toEqual([]);
    expect(await core.services.audit.verify(admin, { afterSeal: 0n })).toMatchObject({ intact: true });
    expect(await outcomeOf(core.services.users.me(owner, undefined))).not.toBe('allowed');
  });

  test('what a backup still reads of the embedded file goes once it has ended', async () => {
    const texts = [userId, discordId, MARK];
    const backup = await openSnapshot({ url: installation.url });
    await core.services.users.erase(owner, { confirm: phrase });
    const left = await placesWith(...texts);
    expect(left.length > 0).toBe(fixture.engine === 'sqlite');
    await backup.close();
    now = new Date(now.getTime() + 2 * 60_000);
    await core.jobs.runDue();
    expect(await placesWith(...texts)).toEqual([]);
  });

  test('what is not done while the person waits for it is done by the job', async () => {
    const { cache, signals, database } = core;
    const shared = { cache, signals, database, clock };
    const hasty = await openCore(installation, { ...shared, erasurePatienceMs: 0 });
    await hasty.services.users.erase(owner, { confirm: phrase });
    expect(await tablesWith(userId, discordId)).toContain('jobs');
    now = new Date(now.getTime() + 2 * 60_000);
    await core.jobs.runDue();
    expect(await placesWith(userId, discordId, MARK)).toEqual([]);
    await hasty.close();
  });

  test('what the bot was refused on their behalf is recorded without them', async () => {
    const other = await openCore(installation, { clock });
    const error = new AppError('not_found', 'There is no such server.');
    const facts = { action: 'guild.byId', guildId: club, error };
    await other.recordRefusal({ caller: await viaBot(other, 'owner'), ...facts });
    await other.recordRefusal({ caller: await viaBot(other, 'admin'), ...facts });
    await core.services.users.erase(owner, { confirm: phrase });
    // What was counted within the minute is written when the process ends.
    await other.close();
    expect(await tablesWith(userId, discordId)).toEqual([]);
    const where = { where: 'success = 0' };
    expect(await readPlainRows(core.database.sql, 'audit_logs', where)).toHaveLength(2);
  });

  test('needs the phrase, and names it', async () => {
    await expect(core.services.users.erase(owner, { confirm: 'erase' })).rejects.toMatchObject({
      reason: 'confirmation_mismatch',
      details: { remedy: `Type exactly: ${phrase}` },
    });
    expect(await tablesWith(userId)).not.toEqual([]);
  });

  test('sync does not bring the person back until they sign in again', async () => {
    await core.services.users.erase(owner, { confirm: phrase });
    const { icon, name } = world.guilds.club;
    const facts = { guildId: club, name, icon, ownerDiscordId: discordId, botPresent: true };
    const person = personFacts(discordId, { username });
    const members = [presentMember(person, { joinedAt: now })];
    const sync = async () => {
      await core.services.guilds.sync(theBot, facts);
      await core.services.members.sync(theBot, parsed('guild.members.sync', { guildId: club, members }));
    };
    await sync();
    expect(await tablesWith(discordId)).toEqual([]);
    const [again] = await core.database.transaction((transaction) =>
      repositories(transaction).users.insert([person], now),
    );
    await core.authentication.startSession(again?.id ?? '', owner.request);
    await sync();
    expect(await tablesWith(discordId)).toEqual(expect.arrayContaining(['guilds', 'users']));
    expect(await tablesWith(again?.id ?? '')).toContain('user_guilds');
  });

  test('a process killed at any point leaves it to another one, which finishes it', async () => {
    const random = seededRandom();
    for (let round = 0; round < shortOrLong(5, 50); round += 1) {
      const commits = Math.floor(random.next() * 28);
      const database = await dyingDatabase(installation.url, commits);
      const dying = await openCore(installation, { clock, database });
      const outcome = await outcomeOf(dying.services.users.erase(owner, { confirm: phrase }));
      expect(['allowed', 'Error: killed']).toContain(outcome);
      await dying.close();
      await database.close();
      // Killed before the first commit of the erasure itself, it leaves everything as it was.
      const begun = (await readPlainRows(core.database.sql, 'erased_people', {})).length > 0;
      now = new Date(now.getTime() + 2 * 60_000);
      await core.cache.clear();
      await core.jobs.runDue();
      const where = `killed after ${commits} transactions, seed ${random.seed}`;
      expect(await tablesWith(userId, discordId), where).toEqual(
        begun ? [] : expect.arrayContaining(['users', 'guild_settings']),
      );
      await settle();
    }
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDatabase, personalTables, readPlainRows, repositories, tableNames } from '@slimy/db';
import { describeOnEachEngine, shortOrLong } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { standingOfUser, userById, userIdByDiscordId } from '../../src/queries/people.ts';
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
import { dyingDatabase } from './dying-database.ts';
import { liveFully } from './full-life.ts';

const { discordId, username } = world.people.owner;
const phrase = `erase ${username}`;

/** Files below a folder, as bytes. */
function filesBelow(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

describeOnEachEngine('erasing a person', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let owner: Caller;
  let userId: string;
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
    await core.services.guildSettings.update(owner, { guildId: club, version: 0, settings: { notes: 'x' } });
    await core.services.members.setRoles(owner, { guildId: club, userId: ids.member, roles: ['editor'] });
    await liveFully(core.database, { userId, discordId });
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
    expect(rows.find(({ table }) => table === 'users')?.row).toMatchObject({ id: userId, username });
    expect(file.content).not.toContain('token_hash');
    expect(file.content).not.toContain(ids.admin);
  });

  test('afterwards no table, no cached answer and no file holds an id or a name; the guild stays', async () => {
    await core.services.users.me(owner, undefined);
    await core.services.users.erase(owner, { confirm: phrase });
    expect(await tablesWith(userId, discordId)).toEqual([]);
    for (const key of [userById.key(userId), standingOfUser.key(userId), userIdByDiscordId.key(discordId)]) {
      expect(await core.cache.exists(key), key).toBe(false);
    }
    for (const bytes of filesBelow(core.settings.DATA_DIR)) {
      for (const text of [userId, discordId]) expect(bytes.includes(text)).toBe(false);
    }
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
    const person = { discordId, username, globalName: null, avatar: null };
    const members = [{ kind: 'present', user: person, roleIds: [], permissions: '0', joinedAt: now }];
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
    for (let round = 0; round < shortOrLong(5, 50); round += 1) {
      const commits = Math.floor(Math.random() * 24);
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
      expect(await tablesWith(userId), `killed after ${commits} transactions`).toEqual(
        begun ? [] : expect.arrayContaining(['users']),
      );
      await settle();
    }
  });
});

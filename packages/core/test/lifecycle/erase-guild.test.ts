import { personalTables, readPlainRows, repositories, tableNames } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { newInstallation, openCore, type TestCore } from '../support/open-core.ts';
import { club, other, settleWorld, signIn, world } from '../support/settle-world.ts';
import { liveFully } from './full-life.ts';

describeOnEachEngine('erasing a guild', (fixture) => {
  let core: TestCore;
  let owner: Caller;
  let ownerId: string;

  /** Tables in which a row is the guild's, or names it. */
  async function tablesOf(guildId: string): Promise<string[]> {
    const found: string[] = [];
    for (const table of tableNames) {
      if (JSON.stringify(await readPlainRows(core.database.sql, table, {})).includes(guildId))
        found.push(table);
    }
    return found;
  }

  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture));
    const ids = await settleWorld(core.database);
    ownerId = ids.owner;
    owner = await (await signIn(core, ids, 'owner')).caller();
    await core.services.guildSettings.update(owner, { guildId: club, version: 0, settings: { notes: 'x' } });
    await core.services.personality.update(owner, {
      guildId: club,
      version: 0,
      personality: { humor: false },
    });
    await liveFully(core.database, { userId: ids.owner, discordId: world.people.owner.discordId });
  });
  afterAll(() => core.close());

  test('the export holds its rows of every table, and nothing of another guild', async () => {
    const file = await core.services.lifecycle.exportGuild(owner, { guildId: club });
    const { rows }: { rows: { table: string }[] } = JSON.parse(file.content);
    const listed = new Set(rows.map(({ table }) => table));
    const without = personalTables
      .filter(({ ofGuild, table }) => ofGuild !== null && !listed.has(table))
      .map(({ table }) => table);
    expect(without.toSorted()).toEqual(['club_member_latest', 'club_metrics']);
    expect(file.content).not.toContain(other);
  });

  test('asks for the name, then takes everything of the guild and leaves its people', async () => {
    const { lifecycle } = core.services;
    await expect(lifecycle.eraseGuild(owner, { guildId: club, confirmName: 'x' })).rejects.toMatchObject({
      reason: 'confirmation_mismatch',
    });
    await lifecycle.eraseGuild(owner, { guildId: club, confirmName: world.guilds.club.name });
    const left = await tablesOf(club);
    // The trail keeps that something happened in it; the outbox its facts for an hour; a token its scope; the upload
    // goes with its file.
    expect(left.filter((table) => !['audit_logs', 'outbox', 'api_tokens'].includes(table))).toEqual([]);
    expect(await core.services.guilds.mine(owner, undefined)).toEqual([]);
    expect(await readPlainRows(core.database.sql, 'users', {})).toHaveLength(
      Object.keys(world.people).length,
    );
  });

  test('leaves nothing in the way of the same guild when it is connected again', async () => {
    const now = new Date();
    const roles = ['member', 'owner'] as const;
    const membership = {
      userId: ownerId,
      membershipId: null,
      discordRoleIds: [],
      grantedRoles: [],
      leftAt: null,
    };
    await core.database.transaction(async (transaction) => {
      const repos = repositories(transaction);
      const counts = { memberCount: 1, messageCount: 0 };
      const dates = { createdAt: now, updatedAt: now };
      const guild = { ...world.guilds.club, ownerId, botPresent: true, botLeftAt: null, ...counts, ...dates };
      await repos.guilds.insert(guild);
      await repos
        .guild(club)
        .members.save([{ ...membership, roles, discordRoles: roles, source: 'sync', joinedAt: now }], now);
    });
    await core.cache.clear();
    for (const version of [0, 1]) {
      const settings = { guildId: club, version, settings: { notes: `anew ${version}` } };
      await core.services.guildSettings.update(owner, settings);
    }
    const { notes } = await core.services.guildSettings.get(owner, { guildId: club });
    expect(notes).toBe('anew 1');
  });
});

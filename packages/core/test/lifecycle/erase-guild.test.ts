import { column, personalTables, readPlainRows, repositories, tableNames } from '@slimy/db';
import { describeOnEachEngine, guildRow, membershipRow } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../src/clock.ts';
import type { Caller } from '../../src/index.ts';
import { newInstallation, openCore, type TestCore } from '../support/open-core.ts';
import { club, other, settleWorld, signIn, theBot, world } from '../support/settle-world.ts';
import { liveFully } from './full-life.ts';

describeOnEachEngine('erasing a guild', (fixture) => {
  let core: TestCore;
  let owner: Caller;
  let operator: Caller;
  let now = new Date('2026-11-22T14:00:00.000Z');
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
    const operators = { OPERATOR_DISCORD_IDS: world.people.operator.discordId };
    core = await openCore(await newInstallation(fixture, operators), { clock: { now: () => now } });
    const ids = await settleWorld(core.database);
    operator = await (await signIn(core, ids, 'operator')).caller();
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
    // Deltas of usage are merged into the sums first.
    expect(without.toSorted()).toEqual(['club_member_latest', 'club_metrics', 'stat_deltas']);
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
    expect((await core.services.guilds.mine(owner, { limit: 50 })).items).toEqual([]);
    expect(await readPlainRows(core.database.sql, 'users', {})).toHaveLength(
      Object.keys(world.people).length,
    );
  });

  test('leaves nothing in the way of the same guild when it is connected again', async () => {
    await core.database.transaction(async (transaction) => {
      const repos = repositories(transaction);
      await repos.guilds.insert(guildRow({ ...world.guilds.club, ownerId, memberCount: 1 }, now));
      const membership = membershipRow(ownerId, { discordRoles: ['owner'], joinedAt: now });
      await repos.guild(club).members.save([membership], now);
    });
    await core.cache.clear();
    for (const version of [0, 1]) {
      const settings = { guildId: club, version, settings: { notes: `anew ${version}` } };
      await core.services.guildSettings.update(owner, settings);
    }
    const { notes } = await core.services.guildSettings.get(owner, { guildId: club });
    expect(notes).toBe('anew 1');
  });

  test('an erasure that is finished late leaves the guild that was connected meanwhile, and its room, alone', async () => {
    const { outbox } = repositories(core.database);
    const room = `guild:${club}`;
    const before = await outbox.lastSequences([room]);
    expect(before.size).toBe(1);
    const payload = { guildId: club, createdAt: new Date(0).toISOString() };
    const id = await core.database.transaction((transaction) =>
      repositories(transaction).jobs.enqueue(
        { kind: 'guild.erase', payload, runAt: now, maxAttempts: 1 },
        now,
      ),
    );
    await core.jobs.runDue();
    expect(await outbox.lastSequences([room])).toEqual(before);
    expect(await repositories(core.database).guild(club).row()).not.toBeNull();
    const jobs = await readPlainRows(core.database.sql, 'jobs', {});
    expect(jobs.filter((job) => job['id'] === id && job['state'] === 'dead')).toEqual([]);
  });

  test('a guild that the bot left is marked, and erased by policy unless the bot comes back', async () => {
    const { guilds, lifecycle } = core.services;
    const { name, icon, ownerDiscordId } = world.guilds.other;
    const told = (botPresent: boolean) =>
      guilds.sync(theBot, { guildId: other, name, icon, ownerDiscordId, botPresent });
    const leftAt = async () => (await repositories(core.database).guild(other).row())?.botLeftAt;
    const later = (days: number) => {
      now = new Date(now.getTime() + days * DAY);
    };
    const run = async () => {
      await lifecycle.run(operator, { kind: 'guilds' });
      await core.jobs.runDue();
    };
    const policy = { kind: 'guilds', version: 0, enabled: true, action: 'delete', days: 30 } as const;

    await told(false);
    expect(await leftAt()).toEqual(now);
    later(31);
    await run();
    expect(await leftAt(), 'kept as long as no policy says otherwise').not.toBeUndefined();
    await told(true);
    expect(await leftAt()).toBeNull();
    await lifecycle.setPolicy(operator, policy);
    await run();
    expect(await leftAt(), 'the bot is there').toBeNull();

    await told(false);
    later(29);
    await run();
    expect(await leftAt(), 'too soon').not.toBeUndefined();
    later(2);
    await lifecycle.run(operator, { kind: 'guilds' });
    await told(true);
    await core.jobs.runDue();
    expect(await leftAt(), 'the bot came back before its erasure began').toBeNull();
    await told(false);
    later(31);
    expect(await lifecycle.preview(operator, { kind: 'guilds' })).toMatchObject([{ rows: 1 }]);
    await run();
    expect(await leftAt()).toBeUndefined();
    const left = await tablesOf(other);
    expect(left.filter((table) => !['audit_logs', 'outbox'].includes(table))).toEqual([]);
    expect(await told(true)).toEqual({ known: false });
    const [erasure] = await core.database.sql.query(
      `SELECT l.actor_kind, p.details FROM audit_logs l JOIN audit_personal p ON p.audit_id = l.id
       WHERE l.action = 'guild.erase' AND l.resource_id = ?`,
      [other],
      { actor_kind: column.text, details: column.nullable(column.json) },
    );
    expect(erasure).toMatchObject({ actor_kind: 'system', details: { task: 'guild.erase' } });
  });
});

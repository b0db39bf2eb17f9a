import {
  column,
  insertPlainRows,
  mentioningTables,
  personalTable,
  readPlainRows,
  tableColumns,
  textColumns,
  timeOrderedId,
} from '@slimy/db';
import { describeOnBothSetups, describeOnEachPair, shortOrLong } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { ErasedList } from '../../src/lifecycle/erased-list.ts';
import { MentionErasure } from '../../src/lifecycle/mention-erasure.ts';
import { textOf } from '../../src/lifecycle/row-values.ts';
import { WritePath } from '../../src/write/write-path.ts';
import { outcomeOf, parsed } from '../support/calls.ts';
import {
  newInstallation,
  openCore,
  otherProcess,
  type Installation,
  type TestCore,
} from '../support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';
import { dyingDatabase } from './dying-database.ts';
import { liveFully } from './full-life.ts';

const { discordId, username } = world.people.owner;
const confirm = `erase ${username}`;
const instant = '2026-11-20T10:00:00.000Z';

/** Where somebody else's rows mention the person: a row of each table, by the column. */
interface Mentioned {
  readonly table: string;
  readonly name: string;
  readonly key: string;
  /** As it is read back. */
  readonly said: unknown;
}

const onVariants = shortOrLong(describeOnBothSetups, describeOnEachPair);

onVariants('what others wrote about somebody who is erased', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let owner: Caller;
  let mentioned: readonly Mentioned[];

  /** Rows of the tables in which the admin's life leaves none. */
  async function liveFurther(): Promise<void> {
    const { sql } = core.database;
    const [analysis] = await readPlainRows(sql, 'club_analyses', {});
    const [member] = await readPlainRows(sql, 'club_members', {});
    const metric = { analysis_id: analysis?.['id'] ?? null, name: 'x', value: 'x', category: 'x' };
    await insertPlainRows(sql, 'club_metrics', [{ id: timeOrderedId(), ...metric }]);
    const latest = { member_id: member?.['id'] ?? null, guild_id: club, member_key: 'snail', name: 'Snail' };
    const seen = { name_key: 'snail', last_seen_at: instant, updated_at: instant };
    await insertPlainRows(sql, 'club_member_latest', [{ ...latest, ...seen }]);
    const admin = await (await signIn(core, ids, 'admin')).caller();
    await core.services.guildSettings.update(admin, { guildId: club, version: 0, settings: { notes: 'x' } });
    await core.services.personality.update(
      admin,
      parsed('guild.personality.update', {
        guildId: club,
        version: 0,
        personality: { systemPrompt: 'Be kind to everybody who asks.' },
      }),
    );
  }

  /** Mentions the person in every text of every row in which one can be mentioned; none of them is their own. */
  async function mentionEverywhere(): Promise<Mentioned[]> {
    const { sql } = core.database;
    const all: Mentioned[] = [];
    for (const table of mentioningTables) {
      const { key } = personalTable(table);
      const types = new Map(tableColumns(table).map(({ name, type }) => [name, type]));
      const rows = await readPlainRows(sql, table, {});
      expect(rows, `a row of ${table}`).not.toEqual([]);
      for (const row of rows) {
        for (const [name, form] of Object.entries(textColumns[table]?.mentions ?? {})) {
          const own = textOf(row, key);
          const text = form === 'key' ? `${own.slice(-12)}:${discordId}` : `<@!${discordId}>`;
          const said = types.get(name) === 'Json' ? { [ids.owner]: [text, discordId] } : text;
          const stored = typeof said === 'string' ? said : JSON.stringify(said);
          await sql.execute(`UPDATE ${table} SET \`${name}\` = ? WHERE \`${key}\` = ?`, [stored, own]);
          all.push({ table, name, key: own, said });
        }
      }
    }
    return all;
  }

  const valueOf = async ({ table, name, key }: Mentioned): Promise<unknown> => {
    const where = `\`${personalTable(table).key}\` = ?`;
    const [row] = await readPlainRows(core.database.sql, table, { where, parameters: [key] });
    return row?.[name];
  };

  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation);
  });
  beforeEach(async () => {
    const settled = ['jobs', 'rooms', 'uploads', 'erased_people', 'retention_policies', 'stats', 'outbox'];
    for (const table of [...settled, 'program_facts']) {
      await core.database.sql.execute(`DELETE FROM ${table}`);
    }
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    owner = await (await signIn(core, ids, 'owner')).caller();
    await liveFully(core.database, { userId: ids.admin, discordId: world.people.admin.discordId });
    await liveFurther();
    mentioned = await mentionEverywhere();
  });
  afterAll(() => core.close());

  test('stays in every table, without their ids', async () => {
    for (const one of mentioned) expect(await valueOf(one), `${one.table}.${one.name}`).toEqual(one.said);
    await core.services.users.erase(owner, { confirm });
    for (const one of mentioned) {
      const { table, name, said } = one;
      const left = await valueOf(one);
      const form = textColumns[table]?.mentions[name];
      const [where, what] = [`${table}.${name}`, JSON.stringify(left)];
      expect(what, where).not.toContain(discordId);
      expect(what, where).not.toContain(ids.owner);
      if (form === 'key') expect(left, where).toMatch(/^.{1,12}:[0-9a-f]{17,20}$/);
      else if (typeof said === 'string') expect(left, where).toBe('<@!erased>');
      else expect(left, where).toEqual({ erased: ['<@!erased>', 'erased'] });
    }
    const kept = 'SELECT name AS text FROM program_facts';
    const facts = await core.database.sql.query(kept, [], { text: column.text });
    expect(facts.filter(({ text }) => /^(mentions|lease)\./.test(text))).toEqual([]);
  });

  test('is answered anew by every process, and what was read before cannot be saved over it', async () => {
    const elsewhere = await otherProcess(core, installation);
    const admin = await signIn(core, ids, 'admin');
    const [here, there] = [await admin.caller(), await admin.caller(elsewhere)];
    const request = parsed('message.list', { guildId: club });
    const processes = [
      { caller: here, services: core.services },
      { caller: there, services: elsewhere.services },
    ];
    const said = () =>
      Promise.all(
        processes.map(async ({ caller, services }) => {
          const { items } = await services.messages.list(caller, request);
          const { settings } = await services.guilds.byId(
            caller,
            parsed('guild.byId', { guildId: club, includeMembers: false }),
          );
          return [
            items[0]?.text,
            settings?.notes,
            (await services.personality.get(caller, { guildId: club })).systemPrompt,
          ];
        }),
      );
    expect(JSON.stringify(await said())).toContain(discordId);
    await core.services.users.erase(owner, { confirm });
    await expect.poll(said).toEqual(Array(2).fill(Array(3).fill('<@!erased>')));
    const stale = { guildId: club, version: 1, settings: { notes: `<@${discordId}>` } };
    expect(await outcomeOf(core.services.guildSettings.update(here, stale))).toBe('changed_meanwhile');
    await elsewhere.close();
  });

  /** The work alone, in small steps. */
  function inSteps(database = core.database): MentionErasure {
    const erased = new ErasedList(database, 'a key');
    const { cache } = core;
    const clock = { now: () => new Date() };
    const writes = new WritePath({
      database,
      cache,
      clock,
      auditKey: 'a key',
      alone: true,
      published: () => undefined,
    });
    return new MentionErasure({ database, writes, erased, clock, rowsAtOnce: 1 });
  }
  const person = () => ({ userId: ids.owner, discordId });
  const left = async (): Promise<number> => {
    const values = await Promise.all(mentioned.map(valueOf));
    return values.filter((value) => JSON.stringify(value).includes(discordId)).length;
  };

  test('is looked through from where a killed process came to', async () => {
    let ended = false;
    for (let commits = 0; !ended; commits += 1) {
      const database = await dyingDatabase(installation.url, commits % 4);
      ended = (await outcomeOf(inSteps(database).erase(person()))) === 'allowed';
      await database.close();
    }
    expect(await left()).toBe(0);
  });

  test('is not looked through again by whoever goes on', async () => {
    const seen: string[] = [];
    for (let ended = false; !ended;) {
      const stop = new AbortController();
      ended = await inSteps().erase(person(), {
        signal: stop.signal,
        progress: ({ step }) => {
          seen.push(step);
          if (seen.length % 2 === 0) stop.abort();
        },
      });
    }
    expect(await left()).toBe(0);
    const rows = await Promise.all(
      mentioningTables.map(async (table) => (await readPlainRows(core.database.sql, table, {})).length),
    );
    // A place among people's own rows is not remembered: those of one table may be looked at twice.
    expect(seen.length).toBeLessThanOrEqual(rows.reduce((sum, count) => sum + count, 0) + 1);
  });
});

import { describeOnEachEngine, shortOrLong, startMariaDb, type PrivateMariaDb } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { column, migrate, openDatabase, repositories, type Database } from '../src/index.ts';
import { cursorFormat } from '../src/lists/cursor.ts';
import { fillTables, idOf, instantOf } from './support/many-rows.ts';

type Repositories = ReturnType<typeof repositories>;

const rows = shortOrLong(10_000, 100_000);
const middle = rows / 2;

/** Places deep in the lists, as their own pages would give them. */
const deep = {
  guilds: cursorFormat('guilds', 'instant', 'text').encode([instantOf(middle), idOf('3', middle)]),
  members: cursorFormat('guild.members', 'instant', 'text').encode([instantOf(middle), idOf('m', middle)]),
  sessions: cursorFormat('sessions', 'instant', 'text').encode([instantOf(middle), idOf('s', middle)]),
};
const now = instantOf(rows);
const bigGuild = idOf('3', 1);
const person = idOf('u', 7);

/** The queries that are asked all the time or over the largest tables. Each must walk an index, without sorting. */
const hotQueries: Readonly<Record<string, (all: Repositories) => Promise<unknown>>> = {
  'a session by its token': ({ sessions }) => sessions.byTokenHash(idOf('h', 7)),
  'sessions of a person': ({ sessions }) => sessions.live(person, instantOf(0), { limit: 50 }),
  'sessions of a person, deep': ({ sessions }) =>
    sessions.live(person, instantOf(0), { limit: 50, cursor: deep.sessions }),
  'other sessions of a person': ({ sessions }) => sessions.othersOf(person, idOf('s', 7)),
  'sessions that ended': ({ sessions }) => sessions.purge(instantOf(5), 100),
  'a person by Discord id': ({ users }) => users.byDiscordId(idOf('1', 7)),
  'people by Discord ids': ({ users }) => users.byDiscordIds([idOf('1', 7), idOf('1', 8)]),
  'a guild': (all) => all.guild(bigGuild).row(),
  'settings of a guild': (all) => all.guild(bigGuild).settings.get(),
  'members of a guild': (all) => all.guild(bigGuild).members.page({}, { limit: 50 }),
  'members of a guild, deep': (all) =>
    all.guild(bigGuild).members.page({}, { limit: 50, cursor: deep.members }),
  'members of a guild by name': (all) => all.guild(bigGuild).members.page({ search: '777' }, { limit: 50 }),
  'members of a guild by role': (all) => all.guild(bigGuild).members.page({ role: 'admin' }, { limit: 50 }),
  'a member of a guild': (all) => all.guild(bigGuild).members.byUserIds([person]),
  'a member of a guild by Discord id': (all) => all.guild(bigGuild).members.byDiscordIds([idOf('1', 7)]),
  'all guilds': ({ guilds }) => guilds.page({ limit: 50 }),
  'all guilds, deep': ({ guilds }) => guilds.page({ limit: 50, cursor: deep.guilds }),
  'invalidations not carried out': ({ outbox }) => outbox.unsettledInvalidations(100),
  'facts not published': ({ outbox }) =>
    outbox.claimUnpublished(now, { owner: 'p1', now, until: instantOf(rows + 30) }, 100),
  'facts of a room after a place': ({ outbox }) => outbox.after('guild:1', BigInt(middle), 100),
  'facts published long ago': ({ outbox }) => outbox.purge(instantOf(5), 100),
  'the next job': ({ jobs }) =>
    jobs.take({ owner: 'p1', now: instantOf(10), until: instantOf(40) }, ['sessions.expire']),
  'jobs done long ago': ({ jobs }) => jobs.purge(instantOf(5), 100),
};

/** Lists of later parts of the program, whose indexes stand already. */
const coming: Readonly<Record<string, string>> = {
  'messages of a guild': `SELECT id FROM chat_messages WHERE guild_id = '${bigGuild}' AND sequence < ${middle} ORDER BY sequence DESC LIMIT 50`,
  'messages that are too old': `SELECT id FROM chat_messages WHERE created_at < '2026-01-02' ORDER BY created_at, id LIMIT 50`,
  'records of a guild': `SELECT id FROM audit_logs WHERE guild_id = '${bigGuild}' ORDER BY timestamp DESC, sequence DESC LIMIT 50`,
  'records of a person': `SELECT audit_id FROM audit_personal WHERE user_id = '${person}' ORDER BY timestamp DESC, audit_id DESC LIMIT 50`,
  'records of an action': `SELECT id FROM audit_logs WHERE action = 'guild.delete' ORDER BY timestamp DESC, sequence DESC LIMIT 50`,
  'failed acts': `SELECT id FROM audit_logs WHERE success = 0 ORDER BY timestamp DESC, sequence DESC LIMIT 50`,
  'records of a resource': `SELECT id FROM audit_logs WHERE resource_type = 'guild' AND resource_id = '${bigGuild}' ORDER BY timestamp DESC, sequence DESC LIMIT 50`,
  'all records': 'SELECT id FROM audit_logs ORDER BY timestamp DESC, sequence DESC LIMIT 50',
};

const mysqlPlan = {
  table: column.nullable(column.text),
  type: column.nullable(column.text),
  key: column.nullable(column.text),
  Extra: column.nullable(column.text),
};

/** What a plan does that a hot query must not: read a whole table, or sort. */
async function badSteps({ engine, sql }: Database, statement: string): Promise<string[]> {
  if (engine === 'sqlite') {
    const steps = await sql.query(`EXPLAIN QUERY PLAN ${statement}`, [], { detail: column.text });
    return steps
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (?!.*USING (COVERING )?INDEX)|TEMP B-TREE/.test(detail));
  }
  const steps = await sql.query(`EXPLAIN ${statement}`, [], mysqlPlan);
  return steps
    .map(({ table, type, key, Extra }) => `${table} ${type} ${key} ${Extra}`)
    .filter((step) => / ALL |filesort|temporary/.test(step));
}

describeOnEachEngine('plans over many rows', (fixture) => {
  let database: Database;
  let server: PrivateMariaDb | undefined;
  const seen: string[] = [];

  beforeAll(async () => {
    // A server of its own: its log of statements must hold ours alone.
    if (fixture.engine === 'mariadb') server = await startMariaDb();
    const url = server ? await server.createDatabase() : await fixture.databaseUrl();
    await migrate({ database: { url }, logger: { info: () => {}, warn: () => {} } });
    const logger = {
      warn: (fields: Readonly<Record<string, unknown>>) => seen.push(String(fields['statement'])),
    };
    database = await openDatabase({ url, slowQueryMs: 0, logger });
    await fillTables(database, rows);
    if (server) await database.sql.execute("SET GLOBAL log_output = 'TABLE'");
  }, 180_000);
  afterAll(async () => {
    await database.close();
    await server?.kill();
  });

  /** The statements that a call sends: from the server with their values, or from the client with marks. */
  async function statementsOf(call: () => Promise<unknown>): Promise<string[]> {
    if (!server) {
      seen.length = 0;
      await call();
      return seen.filter((text) => /^\s*(SELECT|UPDATE|DELETE)/i.test(text));
    }
    const { sql } = database;
    await sql.execute('TRUNCATE mysql.general_log');
    await sql.execute('SET GLOBAL general_log = ON');
    await call();
    await sql.execute('SET GLOBAL general_log = OFF');
    const rows = await sql.query(
      "SELECT CAST(argument AS CHAR) AS text FROM mysql.general_log WHERE command_type IN ('Execute', 'Query')",
      [],
      { text: column.text },
    );
    return rows.map(({ text }) => text).filter((text) => /^\s*(SELECT|UPDATE|DELETE)/i.test(text));
  }

  it.each(Object.entries(hotQueries))('%s', async (_name, ask) => {
    const statements = await statementsOf(() => ask(repositories(database)));
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) expect(await badSteps(database, statement), statement).toEqual([]);
  });

  it.each(Object.entries(coming))('%s', async (_name, statement) => {
    expect(await badSteps(database, statement), statement).toEqual([]);
  });

  it('finds out a query without an index', async () => {
    const unindexed = 'SELECT id FROM users WHERE avatar = 1 ORDER BY global_name';
    expect(await badSteps(database, unindexed)).not.toEqual([]);
  });
});

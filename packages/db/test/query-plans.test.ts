import { describeOnEachEngine, shortOrLong, startMariaDb, type PrivateMariaDb } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { column, migrate, openDatabase, readPlainRows, repositories, type Database } from '../src/index.ts';
import { cursorFormat } from '../src/lists/cursor.ts';
import { mergeStatDeltas } from '../src/writers/stat-merge.ts';
import { fillTables } from './support/many-rows.ts';
import { idOf, instantOf } from './support/many-rows-tables.ts';

type Repositories = ReturnType<typeof repositories>;

const rows = shortOrLong(10_000, 100_000);
const middle = rows / 2;

/** Places deep in the lists, as their own pages would give them. */
const deep = {
  guilds: cursorFormat('guilds', 'instant', 'text').encode([instantOf(middle), idOf('3', middle)]),
  members: cursorFormat('guild.members', 'instant', 'text').encode([instantOf(middle), idOf('m', middle)]),
  sessions: cursorFormat('sessions', 'instant', 'text').encode([instantOf(middle), idOf('s', middle)]),
  messages: cursorFormat('messages', 'bigint').encode([BigInt(middle)]),
  conversations: cursorFormat('conversations', 'instant', 'text').encode([
    instantOf(middle),
    idOf('v', middle),
  ]),
  events: cursorFormat('stats', 'instant', 'text').encode([instantOf(middle), idOf('e', middle)]),
  records: cursorFormat('audit', 'instant', 'bigint').encode([instantOf(middle), BigInt(middle)]),
  ownRecords: cursorFormat('audit.person', 'instant', 'text').encode([instantOf(middle), idOf('a', middle)]),
  analyses: cursorFormat('club.analyses', 'instant', 'text').encode([instantOf(middle), idOf('ca', middle)]),
  metrics: cursorFormat('club.metrics', 'text').encode([idOf('metric', middle)]),
  aliases: cursorFormat('club.aliases', 'text').encode([idOf('alias', middle)]),
  bySim: cursorFormat('club.roster.sim', 'bigint', 'text', 'text').encode([
    BigInt(middle),
    idOf('name', middle),
    idOf('k', middle),
  ]),
  byName: cursorFormat('club.roster.name', 'text', 'text').encode([idOf('name', middle), idOf('k', middle)]),
  bySeen: cursorFormat('club.roster.lastSeen', 'instant', 'text').encode([
    instantOf(middle),
    idOf('k', middle),
  ]),
  history: cursorFormat('club.history', 'instant', 'text', 'text').encode([
    instantOf(middle),
    idOf('scan', middle),
    idOf('k', 10),
  ]),
  screenshots: cursorFormat('screenshots', 'instant', 'text').encode([instantOf(middle), idOf('y', middle)]),
  comparisons: cursorFormat('comparisons', 'instant', 'text').encode([instantOf(middle), idOf('q', middle)]),
  uploads: cursorFormat('uploads', 'instant', 'text').encode([instantOf(middle), idOf('f', middle)]),
  archives: cursorFormat('archives', 'instant', 'text').encode([instantOf(middle), idOf('b', middle)]),
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
  'Discord tokens': ({ sealedTokens }) => sealedTokens.page(idOf('u', 7), 100),
  'who uses Discord tokens': ({ sealedTokens }) =>
    sealedTokens.usersAmong([idOf('u', 7), idOf('u', 8)], instantOf(5)),
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

const limit = 50;
const club = (all: Repositories) => all.guild(bigGuild);
const mine = (all: Repositories) => all.person(person);
const week = { from: instantOf(middle), to: instantOf(middle + 900) };

/** The same for what piles up: chat, usage, audit, clubs, screenshots, files. */
const hotHistories: typeof hotQueries = {
  'messages of a guild': (all) => club(all).messages.page({ limit, withAdminOnly: true }),
  'messages of a guild, deep': (all) =>
    club(all).messages.page({ limit, withAdminOnly: true, cursor: deep.messages }),
  'messages for everybody, deep': (all) =>
    club(all).messages.page({ limit, withAdminOnly: false, cursor: deep.messages }),
  'messages after a place': (all) => club(all).messages.after(BigInt(middle), 100),
  'messages of a conversation, deep': (all) =>
    mine(all).conversations.messages('v1').page({ limit, withAdminOnly: true, cursor: deep.messages }),
  'conversations of a person': (all) => mine(all).conversations.page({ limit }),
  'conversations of a person, deep': (all) =>
    mine(all).conversations.page({ limit, cursor: deep.conversations }),
  'events of a guild': (all) => club(all).stats.events({ limit }),
  'events of a guild, deep': (all) => club(all).stats.events({ limit, cursor: deep.events }),
  'events of a type, deep': (all) =>
    club(all).stats.events({ limit, type: 'chat.message', cursor: deep.events }),
  'events of a person, deep': (all) => mine(all).stats.events({ limit, cursor: deep.events }),
  'events of a person and type, deep': (all) =>
    mine(all).stats.events({ limit, type: 'chat.message', cursor: deep.events }),
  'records of a guild': (all) => club(all).audit.page({}, { limit }),
  'records of a guild, deep': (all) => club(all).audit.page({}, { limit, cursor: deep.records }),
  'failed acts in a guild, deep': (all) =>
    club(all).audit.page({ success: false }, { limit, cursor: deep.records }),
  'acts of a kind in a guild, deep': (all) =>
    club(all).audit.page({ action: 'guild.delete' }, { limit, cursor: deep.records }),
  'records of a person, deep': (all) => mine(all).audit.page({}, { limit, cursor: deep.ownRecords }),
  'records of an action, deep': ({ audit }) =>
    audit.page({ action: 'guild.delete' }, { limit, cursor: deep.records }),
  'failed acts, deep': ({ audit }) => audit.page({ success: false }, { limit, cursor: deep.records }),
  'records of a resource, deep': ({ audit }) =>
    audit.page({ resourceType: 'guild', resourceId: bigGuild }, { limit, cursor: deep.records }),
  'all records, deep': ({ audit }) => audit.page({}, { limit, cursor: deep.records }),
  'records to be sealed': ({ auditSeals }) => auditSeals.rows(BigInt(middle), BigInt(middle + 500), 100),
  'analyses of a club': (all) => club(all).clubAnalyses.page({ limit }),
  'analyses of a club, deep': (all) => club(all).clubAnalyses.page({ limit, cursor: deep.analyses }),
  'metrics of a category, deep': (all) =>
    club(all).clubAnalyses.metricsByCategory(idOf('ca', 1), 'membership', { limit, cursor: deep.metrics }),
  'members by key': (all) => club(all).clubMembers.byKeys([idOf('name', 10), idOf('name', 20)]),
  'aliases, deep': (all) => club(all).clubMembers.aliases({ limit, cursor: deep.aliases }),
  'a roster by power': (all) => club(all).clubLatest.page({ sort: 'sim', limit }),
  'a roster by power, deep': (all) => club(all).clubLatest.page({ sort: 'sim', limit, cursor: deep.bySim }),
  'a roster by name, deep': (all) => club(all).clubLatest.page({ sort: 'name', limit, cursor: deep.byName }),
  'a roster by when they were seen, deep': (all) =>
    club(all).clubLatest.page({ sort: 'lastSeen', limit, cursor: deep.bySeen }),
  'history of a member': (all) => club(all).clubObservations.history([idOf('k', 10)], { limit }),
  'history of a member, deep': (all) =>
    club(all).clubObservations.history([idOf('k', 10)], { limit, cursor: deep.history }),
  'screenshots of a person, deep': (all) => mine(all).screenshots.page({ limit, cursor: deep.screenshots }),
  'screenshots of a type, deep': (all) =>
    mine(all).screenshots.page({ limit, screenshotType: 'profile', cursor: deep.screenshots }),
  'a screenshot with its parts': (all) => mine(all).screenshots.byId(idOf('y', 7)),
  'comparisons of a person, deep': (all) => mine(all).comparisons.page({ limit, cursor: deep.comparisons }),
  'uploads of a person, deep': (all) => mine(all).uploads.page({ limit, cursor: deep.uploads }),
  'uploads in a guild, deep': (all) => club(all).uploads.page({ limit, cursor: deep.uploads }),
  'uploads to be swept': ({ uploads }) => uploads.expired(instantOf(500), 100),
  'a personal token': ({ apiTokens }) => apiTokens.byTokenHash(idOf('h', 7)),
  'personal tokens of a person': (all) => mine(all).apiTokens.page({ limit }),
  'archives, deep': ({ archives }) => archives.page(undefined, { limit, cursor: deep.archives }),
  'archives of a kind, deep': ({ archives }) => archives.page('chat', { limit, cursor: deep.archives }),
  'archives under way': ({ archives }) => archives.inStates(['writing'], 100),
  'people who were erased': ({ erasedPeople }) => erasedPeople.absentDiscordIds([idOf('h', 7)]),
};

/** Queries that group or rank what they find: they may sort that, but find it through an index. */
const ranking: typeof hotQueries = {
  'usage of a guild by quarter': (all) => club(all).stats.series(week),
  'usage of a person by quarter': (all) => mine(all).stats.series(week),
  'usage of a guild in sum': (all) => club(all).stats.totals(week),
  'people active in a guild': (all) => club(all).stats.activePeople(week),
  'types by how often': (all) => club(all).stats.topTypes(week, 10),
  'people by how often': (all) => club(all).stats.topPeople(week, 10),
  'people active by period': (all) => club(all).stats.activePeopleByPeriod([week, week]),
  'newest powers of members': (all) => club(all).clubObservations.newest({ memberIds: [idOf('k', 10)] }),
  'powers of a week': (all) => club(all).clubObservations.newest(week),
  'acts counted': (all) => club(all).audit.counts(week),
};

/** What retention asks, batch after batch: the oldest rows of a kind that are older than its policy says. */
const retention: readonly (readonly [table: string, instant: string])[] = [
  ['chat_messages', 'created_at'],
  ['stats', 'timestamp'],
  ['stat_rollups', 'bucket_start'],
  ['screenshot_analyses', 'created_at'],
  ['uploads', 'created_at'],
  ['user_guilds', 'left_at'],
  ['api_tokens', 'expires_at'],
];

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

/** What queries call rows that they have found or taken out of JSON. */
const ownRows = ['t', 'placed', 'sums', 'fresh', 'active', 'item', '(subquery'];

/** Whether a step of a plan reads a whole table, rather than what the query itself has found. */
function readsAll(step: string): boolean {
  const table = /^SCAN (\(?\w+)/.exec(step)?.[1] ?? (/^(\S+) ALL /.exec(step)?.[1] || undefined);
  return table !== undefined && !ownRows.includes(table) && !table.startsWith('<');
}

/** One person's part of what is not merged yet is looked for in all of it: that is a minute's. */
function isPending(step: string): boolean {
  return step.startsWith('SCAN pending') || step.startsWith('pending ALL');
}

/** How a page deep in a list is found: by a range of its index, or from the beginning of the list. */
async function waysIn({ engine, sql }: Database, statement = ''): Promise<string[]> {
  if (engine === 'sqlite') {
    const steps = await sql.query(`EXPLAIN QUERY PLAN ${statement}`, [], { detail: column.text });
    return steps.map(({ detail }) => (/[<>]\?/.test(detail) ? 'range' : detail));
  }
  const steps = await sql.query(`EXPLAIN ${statement}`, [], mysqlPlan);
  return steps.map(({ table, type, key }) => (type === 'range' ? type : `${table} ${type} ${key}`));
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

  it('deltas of usage to be merged', async () => {
    const statements = await statementsOf(() => database.sql.tx((sql) => mergeStatDeltas(sql, 50)));
    for (const statement of statements) expect(await badSteps(database, statement), statement).toEqual([]);
  });

  it.each(Object.entries({ ...hotQueries, ...hotHistories }))('%s', async (name, ask) => {
    const statements = await statementsOf(() => ask(repositories(database)));
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) expect(await badSteps(database, statement), statement).toEqual([]);
    if (name.endsWith(', deep')) expect(await waysIn(database, statements[0])).toContain('range');
  });

  it.each(retention)('rows of %s that retention takes', async (table, instant) => {
    const asked = { where: `${instant} < ?`, parameters: [instantOf(middle)], orderBy: `${instant}, id` };
    const [statement = ''] = await statementsOf(() =>
      readPlainRows(database.sql, table, { ...asked, limit: 500 }),
    );
    expect(await badSteps(database, statement), statement).toEqual([]);
    expect(await waysIn(database, statement)).toContain('range');
  });

  it.each(Object.entries(ranking))('%s', async (name, ask) => {
    const statements = await statementsOf(() => ask(repositories(database)));
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      const whole = (await badSteps(database, statement)).filter(readsAll);
      const allowed = name === 'usage of a person by quarter' ? isPending : () => false;
      expect(
        whole.filter((step) => !allowed(step)),
        statement,
      ).toEqual([]);
    }
  });

  it('where one guild has nearly everything, a page deep in its messages and events still follows the index', async () => {
    for (const table of ['chat_messages', 'stats']) {
      await database.sql.execute(`UPDATE ${table} SET guild_id = ? WHERE id > ?`, [bigGuild, '']);
      await database.sql.execute(database.engine === 'mysql' ? `ANALYZE TABLE ${table}` : `ANALYZE ${table}`);
    }
    const lists = ['messages of a guild', 'messages for everybody', 'events of a guild', 'events of a type'];
    for (const name of lists) {
      const ask = hotHistories[`${name}, deep`];
      const [statement] = await statementsOf(async () => ask?.(repositories(database)));
      expect(await waysIn(database, statement), name).toContain('range');
      expect(await badSteps(database, statement ?? ''), name).toEqual([]);
    }
  });

  it('finds out a query without an index', async () => {
    const unindexed = 'SELECT id FROM users WHERE avatar = 1 ORDER BY global_name';
    expect(await badSteps(database, unindexed)).not.toEqual([]);
  });
});

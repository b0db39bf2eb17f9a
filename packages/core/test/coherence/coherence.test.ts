import { isDeepStrictEqual } from 'node:util';
import type { Cacheable } from '@slimy/cache';
import { procedures } from '@slimy/contract';
import { repositories } from '@slimy/db';
import {
  describeOnBothSetups,
  describeOnEachPair,
  shortOrLong,
  startFakeDiscord,
  type FakeDiscord,
} from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DiscordRest } from '../../src/discord/rest.ts';
import { DiscordTransport } from '../../src/discord/transport.ts';
import { cachedQueryNames, Queries, type Question } from '../../src/queries/cached-query.ts';
import { newInstallation, openCore, otherProcess, type TestCore } from '../support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world } from '../support/settle-world.ts';
import { mutationCases, queryCases, withoutRows } from './cases/index.ts';
import { newcomer, unconnectedGuild, type CoherenceWorld } from './coherence-world.ts';
import { storedRowsOf, storedTexts, type ReadStoredRows } from './stored-rows.ts';

const mutations = Object.entries(procedures).flatMap(([name, { kind }]) =>
  kind === 'mutation' ? [name] : [],
);
const where = 'packages/core/test/coherence/cases';

describe('cases of coherence', () => {
  test('every cached query and every mutation of the contract has a case', () => {
    const known = new Set(queryCases.map(({ name }) => name));
    const queries = [...cachedQueryNames].filter((name) => !known.has(name));
    const changes = mutations.filter((name) => !mutationCases.has(name) && !withoutRows.has(name));
    expect(queries, `cached queries without a case in ${where}`).toEqual([]);
    expect(changes, `mutations without a case in ${where}`).toEqual([]);
  });
});

type Answers = ReadonlyMap<string, { readonly query: string; readonly value: Cacheable }>;

function answersBy(asked: readonly Question<Cacheable>[], values: readonly Cacheable[]): Answers {
  return new Map(
    asked.map(({ key, options }, index) => [
      key,
      { query: options.source ?? key, value: values[index] ?? null },
    ]),
  );
}

/** The queries whose answers differ, with their keys. */
function differences(one: Answers, other: Answers): { query: string; key: string }[] {
  return [...one].flatMap(([key, { query, value }]) =>
    isDeepStrictEqual(other.get(key)?.value, value) ? [] : [{ query, key }],
  );
}

// A test for each mutation: each engine and each cache store once, and every pair of them in the long run.
const describeVariants = shortOrLong(describeOnBothSetups, describeOnEachPair);

describeVariants('every cached query after every mutation', (fixture) => {
  let discord: FakeDiscord;
  let core: TestCore;
  let elsewhere: TestCore;
  let here: CoherenceWorld;
  let storedRows: ReadStoredRows;
  const touched = new Set<string>();

  beforeAll(async () => {
    discord = await startFakeDiscord();
    const facts = new DiscordRest(new DiscordTransport({ apiBase: discord.apiBase }), discord.token);
    const installation = await newInstallation(fixture);
    core = await openCore(installation, { discord: facts });
    storedRows = await storedRowsOf(core.database);
    elsewhere = await otherProcess(core, installation);
    for (const { discordId: id, ...person } of Object.values(world.people)) {
      discord.world.addPerson({ id, ...person });
    }
    discord.world.addPerson({ id: newcomer, username: 'newcomer' });
  });
  beforeEach(async () => {
    for (const [id, name] of [
      [club, world.guilds.club.name],
      [unconnectedGuild, 'Fresh'],
    ] as const) {
      discord.world.guilds.delete(id);
      discord.world.addGuild({ id, name, ownerId: world.people.owner.discordId });
    }
    await emptyWorld(core);
    const ids = await settleWorld(core.database);
    here = {
      core,
      ids,
      discord,
      as: async (name) => (await signIn(core, ids, name)).caller(),
      all: (table, column) => storedTexts(core.database, table, column),
    };
  });
  afterAll(async () => {
    await elsewhere.close();
    await core.close();
    await discord.stop();
  });

  const allQuestions = async () => (await Promise.all(queryCases.map((one) => one.questions(here)))).flat();
  const uncached = async (asked: readonly Question<Cacheable>[]) => {
    const repos = repositories(core.database);
    return answersBy(asked, await Promise.all(asked.map((one) => one.load(repos))));
  };
  const cached = async ({ cache, database }: TestCore, asked: readonly Question<Cacheable>[]) =>
    answersBy(asked, await new Queries(cache, repositories(database)).together(...asked));

  test.each([...mutationCases])('%s leaves no process with an old answer', async (name, prepare) => {
    const change = await prepare(here);
    await core.settled();
    const rows = await storedRows();
    const asked = await allQuestions();
    const before = await cached(core, asked);
    expect(differences(before, await cached(elsewhere, asked)), 'before the change').toEqual([]);
    await change();
    expect(await storedRows(), `${name} changed no row, so its case proves nothing`).not.toEqual(rows);
    const later = new Map([...asked, ...(await allQuestions())].map((one) => [one.key, one]));
    const askedAgain = [...later.values()];
    const after = await uncached(askedAgain);
    for (const process of [elsewhere, core]) {
      const stale = differences(after, await cached(process, askedAgain));
      expect(stale, `${name} does not touch`).toEqual([]);
    }
    for (const difference of differences(before, after)) touched.add(difference.query);
  });

  test('no cached query is left alone by all mutations', () => {
    const untouched = [...cachedQueryNames].filter((name) => !touched.has(name));
    expect(untouched, `queries that no case in ${where} changes the answer of`).toEqual([]);
  });
});

import { openDatabase, repositories, type Database } from '@slimy/db';
import { describeOnEachEngine, type VariantFixture, guildRow } from '@slimy/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { demoPerson } from '../src/demo/people.ts';
import { isDemoDatabase, seedDemo } from '../src/demo/seed.ts';
import { migrated } from './support/open-core.ts';

describeOnEachEngine('demo community', (fixture: VariantFixture) => {
  let database: Database;
  beforeEach(async () => {
    const url = await fixture.databaseUrl(migrated);
    database = await openDatabase({ url, poolSize: 4 });
  });
  afterEach(() => database.close());

  test('an empty database gets the community once, and says that it is a demo', async () => {
    await seedDemo(database, systemClock);
    await seedDemo(database, systemClock);
    const repos = repositories(database);
    const { items } = await repos.guilds.page({ limit: 10 });
    expect(items.map(({ name, memberCount }) => [name, memberCount])).toEqual(
      expect.arrayContaining([
        ['Snail Sanctuary', 120],
        ['Garden Council', 22],
      ]),
    );
    expect(items).toHaveLength(2);
    expect(await isDemoDatabase(database)).toBe(true);
    const person = await repos.users.byDiscordId(demoPerson.profile.discordId);
    expect(items.filter(({ ownerId }) => ownerId === person?.id)).toHaveLength(1);
  });

  test('a database with a guild of its own is left alone', async () => {
    const now = new Date();
    await repositories(database).guilds.insert(guildRow({ id: '200000000000000001', name: 'Ours' }, now));
    await seedDemo(database, systemClock);
    expect(await isDemoDatabase(database)).toBe(false);
    expect((await repositories(database).guilds.page({ limit: 10 })).items).toHaveLength(1);
  });
});

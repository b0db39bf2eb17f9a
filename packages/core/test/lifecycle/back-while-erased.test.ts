import { checkDatabase, openDatabase, repositories } from '@slimy/db';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { inNoErasure } from '../../src/lifecycle/archive-lease.ts';
import { outcomeOf, parsed } from '../support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';

const { discordId, username } = world.people.editor;

describeOnBothSetups('a person whose erasure waits for an archive that is brought back', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let owner: Caller;
  let now: Date;
  const clock = { now: () => now };

  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation, { clock, erasurePatienceMs: 300 });
  });
  beforeEach(async () => {
    now = new Date('2026-11-22T14:00:00.000Z');
    for (const table of ['jobs', 'erased_people']) await core.database.sql.execute(`DELETE FROM ${table}`);
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    owner = await (await signIn(core, ids, 'owner')).caller();
  });
  afterAll(() => core.close());

  const isStored = async () => (await repositories(core.database).users.byId(ids.editor)) !== null;

  /** Erases the editor, lets something happen before it can go on, and lets it come to its end. */
  async function erased(meanwhile: () => Promise<void>): Promise<void> {
    const editor = await (await signIn(core, ids, 'editor')).caller();
    await inNoErasure(core.database, async () => {
      await core.services.users.erase(editor, { confirm: `erase ${username}` });
      expect(await isStored()).toBe(true);
      await meanwhile();
    });
    now = new Date(now.getTime() + 2 * 60_000);
    await core.jobs.runDue();
    expect(await isStored()).toBe(false);
  }

  test('cannot sign in, or be added, until it is done', async () => {
    await erased(async () => {
      expect(await outcomeOf(signIn(core, ids, 'editor'))).toBe('in_use');
      await core.services.members.remove(owner, { guildId: club, userId: ids.editor });
      const adding = core.services.members.add(
        owner,
        parsed('guild.members.add', { guildId: club, discordId }),
      );
      expect(await outcomeOf(adding)).toBe('not_found');
    });
    const { erasedPeople } = repositories(core.database);
    const rows = await erasedPeople.after('', 10);
    expect(rows.map(({ returnedAt }) => returnedAt)).toEqual([null]);
  });

  test('leaves every count right, whatever is stored for them until their row goes', async () => {
    const say = () =>
      core.database.transaction(async (transaction) => {
        const { messages } = repositories(transaction).guild(club);
        await messages.send({ userId: ids.editor, role: 'user', text: 'late', adminOnly: false }, now);
      });
    const database = await openDatabase({ url: installation.url, poolSize: 2 });
    const transaction = database.transaction.bind(database);
    let said = 0;
    // Before each of its transactions, so also before the last one, which takes the row of the person.
    database.transaction = async (...given) => {
      await say().then(
        () => (said += 1),
        () => undefined,
      );
      return transaction(...given);
    };
    const other = await openCore(installation, { clock, database });
    const editor = await (await signIn(core, ids, 'editor')).caller();
    await other.services.users.erase(editor, { confirm: `erase ${username}` });
    expect(await isStored()).toBe(false);
    expect(said).toBeGreaterThan(5);
    expect((await checkDatabase({ url: installation.url })).counters).toEqual([]);
    await other.close();
    await database.close();
  });
});

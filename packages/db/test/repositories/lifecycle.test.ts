import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { keysThatStill, randomId, repositories, timeOrderedId, type NewApiToken } from '../../src/index.ts';
import { tablesOf } from '../../src/client/of.ts';
import { at, storedPerson, useDatabase } from '../support/database.ts';
import { walked } from '../support/walk.ts';

const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);

describeOnEachEngine('archives', (fixture) => {
  const database = useDatabase(fixture);

  it('move from state to state once, and a run that was killed is found', async () => {
    const { archives } = repositories(database());
    const kind = `kind-${randomId().slice(0, 8)}`;
    const ids = [];
    for (let index = 0; index < 4; index += 1) {
      const id = timeOrderedId(later(index));
      ids.push(id);
      await archives.insert({
        id,
        kind: index === 3 ? 'other' : kind,
        fileName: `${id}.jsonl.gz`,
        fromInstant: null,
        beforeInstant: at,
        schemaVersion: '20261122000000_init',
        createdAt: later(index),
      });
    }
    const [first = ''] = ids;
    expect(await archives.byId(first)).toMatchObject({ state: 'writing', rowCount: 0n, contentHash: null });
    const whole = {
      state: 'written',
      rowCount: 5_000_000_000n,
      bytes: 7n,
      contentHash: 'd'.repeat(64),
    } as const;
    expect(await archives.move(first, 'writing', whole)).toBe(true);
    expect(await archives.move(first, 'writing', whole)).toBe(false);
    expect(await archives.byId(first)).toMatchObject(whole);
    expect((await archives.inStates(['writing', 'written'], 10)).map(({ id }) => id)).toEqual(ids);
    const listed = await walked((cursor) => archives.page(kind, { limit: 2, cursor }));
    expect(listed.map(({ id }) => id)).toEqual(ids.slice(0, 3).toReversed());
    expect((await archives.page(undefined, { limit: 1 })).items[0]?.id).toBe(ids[3]);
    await archives.delete(first);
    expect(await archives.byId(first)).toBeNull();
  });
});

describeOnEachEngine('retention policies', (fixture) => {
  const database = useDatabase(fixture);

  it('are saved over the version that was read, by whoever is first', async () => {
    const { retentionPolicies } = repositories(database());
    const policy = { kind: 'chat', enabled: true, action: 'archive', days: 180, updatedById: null } as const;
    expect(await retentionPolicies.save(policy, 0, at)).toBe(true);
    expect(await retentionPolicies.save({ ...policy, days: 1 }, 0, at)).toBe(false);
    expect(await retentionPolicies.save({ ...policy, days: null }, 1, later(1))).toBe(true);
    expect(await retentionPolicies.save({ ...policy, days: 1 }, 1, later(2))).toBe(false);
    await retentionPolicies.noteRun('chat', later(3));
    expect(await retentionPolicies.all()).toEqual([
      { ...policy, days: null, version: 2, updatedAt: later(1), lastRunAt: later(3) },
    ]);
  });
});

describeOnEachEngine('rows that are to go', (fixture) => {
  const database = useDatabase(fixture);

  it('stay when what made them old is not so any more', async () => {
    const { user } = tablesOf(database());
    const condition = 'updated_at < ?';
    const [old, changed] = [await storedPerson(database()), await storedPerson(database())];
    const keys = [old.id, changed.id];
    const still = () =>
      database().transaction(({ sql }) => keysThatStill(sql, 'users', keys, condition, [later(1)]));
    expect((await still()).toSorted()).toEqual(keys.toSorted());
    await user.update({ where: { id: changed.id }, data: { updatedAt: later(2) } });
    expect(await still()).toEqual([old.id]);
    expect(
      await database().transaction(({ sql }) => keysThatStill(sql, 'users', [], condition, [at])),
    ).toEqual([]);
  });
});

describeOnEachEngine('erased people', (fixture) => {
  const database = useDatabase(fixture);

  it('stay away until they sign in again; what was theirs stays erased', async () => {
    const { erasedPeople } = repositories(database());
    const person = { discordIdHash: 'e'.repeat(64), userIdHash: 'f'.repeat(64), erasedAt: at };
    await erasedPeople.insert(person);
    await erasedPeople.insert(person);
    const asked = [person.discordIdHash, '0'.repeat(64)];
    expect(await erasedPeople.absentDiscordIds(asked)).toEqual(new Set([person.discordIdHash]));
    const wasErased = (hash: string) =>
      database().transaction((transaction) => repositories(transaction).erasedPeople.wasErased(hash));
    expect([await wasErased(person.userIdHash), await wasErased('0'.repeat(64))]).toEqual([true, false]);
    await erasedPeople.markReturned(person.discordIdHash, later(1));
    expect((await erasedPeople.absentDiscordIds(asked)).size).toBe(0);
    expect(await wasErased(person.userIdHash)).toBe(true);
    await erasedPeople.insert({ ...person, userIdHash: '1'.repeat(64), erasedAt: later(2) });
    expect((await erasedPeople.absentDiscordIds(asked)).size).toBe(1);
    expect(await erasedPeople.after('', 10)).toHaveLength(2);
  });
});

describeOnEachEngine('personal tokens', (fixture) => {
  const database = useDatabase(fixture);

  const token = (change: Partial<NewApiToken> = {}): NewApiToken => ({
    id: randomId(),
    name: 'my script',
    tokenHash: randomId(),
    access: 'read',
    guildIds: null,
    createdAt: at,
    expiresAt: later(3_600),
    ...change,
  });

  it('are found by their hash, which no read gives, until they are revoked', async () => {
    const { id: userId } = await storedPerson(database());
    const all = repositories(database());
    const { apiTokens } = all;
    const made = token({ access: 'read_write', guildIds: ['300000000000000001'] });
    await all.person(userId).apiTokens.insert(made);
    const { tokenHash, ...shown } = made;
    const { name: _, createdAt: __, ...granted } = shown;
    const grant = { ...granted, userId, revokedAt: null };
    expect(await apiTokens.byTokenHash(tokenHash)).toEqual(grant);
    expect(await apiTokens.byId(made.id)).toEqual(grant);
    await apiTokens.touch(made.id, later(1), at);
    await apiTokens.touch(made.id, later(2), at);
    const own = all.person(userId).apiTokens;
    const listed = { ...shown, userId, lastUsedAt: later(1), revokedAt: null };
    expect((await own.page({ limit: 2, cursor: undefined })).items).toEqual([listed]);
    const { id: otherId } = await storedPerson(database());
    const foreign = all.person(otherId).apiTokens;
    expect(await foreign.tokenHashOf(made.id)).toBeNull();
    expect(await foreign.revoke([made.id], at)).toBe(0);
    expect(await own.tokenHashOf(made.id)).toBe(tokenHash);
    expect(await own.unrevoked()).toEqual([{ id: made.id, tokenHash }]);
    expect(await own.revoke([made.id], later(3))).toBe(1);
    expect(await own.revoke([made.id], later(4))).toBe(0);
    expect(await own.tokenHashOf(made.id)).toBeNull();
    expect((await apiTokens.byTokenHash(tokenHash))?.revokedAt).toEqual(later(3));
  });

  it('are listed newest first, counted while they can be used, and purged when they expired', async () => {
    const { id: userId } = await storedPerson(database());
    const all = repositories(database());
    const { apiTokens } = all;
    const own = all.person(userId).apiTokens;
    for (let index = 0; index < 5; index += 1)
      await own.insert(token({ name: `t${index}`, createdAt: later(index), expiresAt: later(100 * index) }));
    const listed = await walked((cursor) => own.page({ limit: 2, cursor }));
    expect(listed.map(({ name }) => name)).toEqual(['t4', 't3', 't2', 't1', 't0']);
    expect(await own.usable(later(150))).toBe(3);
    expect(await apiTokens.purge(later(150), 10)).toBe(2);
    expect(await own.usable(later(150))).toBe(3);
  });
});

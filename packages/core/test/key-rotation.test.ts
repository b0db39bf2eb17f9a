import { randomBytes } from 'node:crypto';
import { loadSecrets, type NamedKey } from '@slimy/config';
import { repositories } from '@slimy/db';
import { describeOnEachEngine, crowd } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessTokenOf, refreshTokenOf } from '../src/identity/discord/token-keeper.ts';
import { TokenVault } from '../src/identity/discord/token-vault.ts';
import { requireOwnKeys, runTask } from '../src/index.ts';
import { newInstallation, openCore, type Installation, type TestCore } from './support/open-core.ts';

const PEOPLE = 250;
const key = (id: string): NamedKey => ({ id, key: new Uint8Array(randomBytes(32)) });
const [k1, k2, lost] = [key('k1'), key('k2'), key('k0')];
const written = (keys: readonly NamedKey[]) =>
  keys.map(({ id, key: bytes }) => `${id}:${Buffer.from(bytes).toString('base64')}`).join();

describeOnEachEngine('rotation of the keys', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: readonly string[];

  const withKeys = (...keys: readonly NamedKey[]): Installation => ({
    ...installation,
    environment: { ...installation.environment, ENCRYPTION_KEYS: written(keys) },
  });
  const checkedWith = async (...keys: readonly NamedKey[]) => {
    const { settings } = await started(...keys);
    return requireOwnKeys(core.database, loadSecrets(settings));
  };
  /** Another process of the installation with these keys. */
  const started = async (...keys: readonly NamedKey[]): Promise<TestCore> => {
    await core.close();
    core = await openCore(withKeys(...keys));
    return core;
  };
  const sealedFor = (userId: string, vault: TokenVault) => ({
    accessToken: vault.seal(`access ${userId}`, accessTokenOf(userId)),
    refreshToken: vault.seal(`refresh ${userId}`, refreshTokenOf(userId)),
    expiresAt: new Date('2026-12-01T00:00:00.000Z'),
  });
  /** Everybody's tokens with these keys alone; null for those that they do not open. */
  const openedWith = async (...keys: readonly NamedKey[]) => {
    const vault = new TokenVault(keys);
    const { users } = repositories(core.database);
    return Promise.all(
      ids.map(async (id) => {
        const stored = await users.discordTokens(id);
        return stored && vault.open(stored.accessToken, accessTokenOf(id));
      }),
    );
  };
  const rotate = (to: string, stopAfter = Infinity) => {
    const stop = new AbortController();
    const steps: number[] = [];
    const progress = ({ done }: { readonly done: number }) => {
      steps.push(done);
      if (done >= stopAfter) stop.abort();
    };
    return runTask(core.tasks, 'keys.rotate', { to }, { progress, signal: stop.signal });
  };

  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(withKeys(k1));
    const profiles = crowd(PEOPLE, 810_000_000_000_000_000n);
    const repos = repositories(core.database);
    const people = await core.database.transaction((transaction) =>
      repositories(transaction).users.insert(profiles, new Date()),
    );
    ids = people.map(({ id }) => id);
    const vault = new TokenVault([k1]);
    await core.database.transaction(async (transaction) => {
      const { users } = repositories(transaction);
      for (const id of ids) await users.saveDiscordTokens(id, sealedFor(id, vault));
    });
    await requireOwnKeys(core.database, loadSecrets(core.settings));
    expect(await repos.sealedTokens.countByKey()).toEqual(new Map([['k1', PEOPLE]]));
  });
  afterAll(() => core.close());

  test('a key that encrypts values cannot be left out, and none can take its name', async () => {
    const { facts } = repositories(core.database);
    // As in a database of a version that remembered no keys.
    await facts.forget([...(await facts.beginningWith('key:')).keys()]);
    await checkedWith(k2, k1);
    await expect(checkedWith(k2)).rejects.toThrow(/"k1", which ENCRYPTION_KEYS does not name/);
    await expect(checkedWith({ ...k2, id: 'k1' }, k2)).rejects.toThrow(
      /"k1" in ENCRYPTION_KEYS is not the one/,
    );
    const other = { ...loadSecrets(core.settings), auditKey: 'x'.repeat(40), encryptionKeys: [k1] };
    await expect(requireOwnKeys(core.database, other)).rejects.toThrow(/AUDIT_KEY is not the key/);
    await checkedWith(k2, k1);
  });

  test('tokens are encrypted anew batch by batch; a run that is stopped is gone on with', async () => {
    await started(k2, k1);
    await expect(rotate('k3')).rejects.toMatchObject({ reason: 'not_configured' });
    expect(await rotate('k2', 1)).toEqual({ key: 'k2', rotated: 200, left: 50, unreadable: 0 });
    await expect(checkedWith(k2), 'the old key is still needed').rejects.toThrow(/"k1"/);
    await started(k2, k1);
    expect(await rotate('k2')).toEqual({ key: 'k2', rotated: 50, left: 0, unreadable: 0 });
    expect(await rotate('k2')).toEqual({ key: 'k2', rotated: 0, left: 0, unreadable: 0 });
    expect(await openedWith(k2)).toEqual(ids.map((id) => `access ${id}`));
    expect(new Set(await openedWith(k1))).toEqual(new Set([null]));
    await checkedWith(k2);
  });

  test('what somebody changed meanwhile stays, and what no key opens is counted and left', async () => {
    const { users, sealedTokens } = repositories(core.database);
    const [first = '', second = ''] = ids;
    await users.saveDiscordTokens(first, sealedFor(first, new TokenVault([k1])));
    await users.saveDiscordTokens(second, sealedFor(second, new TokenVault([lost])));
    const read = await sealedTokens.notUnder('k2', '', 10);
    expect(new Set(read.map(({ userId }) => userId))).toEqual(new Set([first, second]));
    const stale = { ...sealedFor(first, new TokenVault([k1])), userId: first };
    expect(await sealedTokens.replace(stale, sealedFor(first, new TokenVault([k2])))).toBe(false);
    await started(k2, k1);
    expect(await rotate('k2')).toEqual({ key: 'k2', rotated: 1, left: 0, unreadable: 1 });
    expect((await openedWith(k2)).filter((token) => token === null)).toHaveLength(1);
  });
});

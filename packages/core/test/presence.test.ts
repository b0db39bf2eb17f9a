import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  newInstallation,
  openCore,
  type Installation,
  otherProcess,
  type TestCore,
} from './support/open-core.ts';
import { club, settleWorld, signIn, type SignedIn } from './support/settle-world.ts';

// On SQLite one process owns the file: a second core there works in the same process, on the same cache.
describeOnEachEngine('several processes without Redis', (fixture) => {
  let installation: Installation;
  let first: TestCore;
  let second: TestCore;
  let owner: SignedIn;
  beforeAll(async () => {
    installation = await newInstallation(fixture);
    first = await openCore(installation);
    // The clocks of hosts need not agree.
    const ahead = { now: () => new Date(Date.now() + 20_000) };
    second = await (fixture.engine === 'mariadb'
      ? openCore(installation, { clock: ahead })
      : otherProcess(first, installation));
    const ids = await settleWorld(first.database);
    owner = await signIn(first, ids, 'owner');
    await first.start();
    await second.start();
  });
  afterAll(() => first.close());

  const read = async (core: TestCore) =>
    core.services.guildSettings.get(await owner.caller(core), { guildId: club });

  test('what one of them saves is what the other answers next', async () => {
    await Promise.all([read(first), read(second)]);
    for (let version = 0; version < 20; version += 1) {
      const [writer, reader] = version % 2 === 0 ? [first, second] : [second, first];
      const change = { guildId: club, version, settings: { notes: `round ${version}` } };
      await writer.services.guildSettings.update(await owner.caller(writer), change);
      expect(await read(reader)).toMatchObject({ notes: `round ${version}`, version: version + 1 });
    }
  });

  test('the one that is left caches again', async () => {
    await second.close();
    const key = `guild:${club}:detail`;
    await vi.waitFor(
      async () => {
        await read(first);
        expect((await first.cache.explain(key)).served).toBe(true);
      },
      { timeout: 20_000, interval: 200 },
    );
  });

  test('one that came for a single change is noticed before it makes it', async () => {
    const visitor = await (fixture.engine === 'mariadb'
      ? openCore(installation)
      : otherProcess(first, installation));
    await visitor.announce();
    const { version } = await read(first);
    const change = { guildId: club, version, settings: { notes: 'by a visitor' } };
    await visitor.services.guildSettings.update(await owner.caller(visitor), change);
    expect(await read(first)).toMatchObject({ notes: 'by a visitor' });
    await visitor.close();
  });
});

import { describeOnEachEngine, vectorCases } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { parsed } from './support/calls.ts';
import { storeScan } from './support/club.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, type WorldIds } from './support/settle-world.ts';

const cases = vectorCases('previous-snapshot', (fields) =>
  z
    .object({ now: z.string(), snapshots: z.array(z.string()), expected: z.string().nullable() })
    .parse(fields),
);

describeOnEachEngine('previous-snapshot', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture));
  });
  beforeEach(async () => {
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  test.each(cases)('of $snapshots', async ({ now, snapshots, expected }) => {
    // Each snapshot says by the member's power when it was taken.
    for (const at of [...snapshots, now]) {
      const power = BigInt(Date.parse(at));
      await storeScan(core, club, at, [{ name: 'Gary', sim: power, total: power }]);
    }
    const caller = await (await signIn(core, ids, 'member')).caller();
    const asked = parsed('club.members.latest', { guildId: club });
    const { items, lastReadAt } = await core.services.clubMembers.latest(caller, asked);
    expect(lastReadAt).toEqual(new Date(now));
    const previous = expected === null ? null : BigInt(Date.parse(expected));
    expect(items).toMatchObject([{ name: 'Gary', previousSimPower: previous, previousTotalPower: previous }]);
  });
});

import { describeOnEachEngine, personFacts, presentMember } from '@slimy/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsed } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, settleWorld, theBot } from './support/settle-world.ts';

describeOnEachEngine('members told of in parts', (fixture) => {
  let core: TestCore;
  // Of different lengths, so that comparing them as texts would be wrong.
  const low = '99999999999999990';
  const middle = '100000000000000001';
  const high = '1000000000000000002';
  const higher = '10000000000000000003';

  beforeEach(async () => {
    core = await openCore(await newInstallation(fixture));
    await settleWorld(core.database);
    await sync({ members: [low, middle, high, higher].map(present) });
  });
  afterEach(() => core.close());

  const present = (discordId: string) => presentMember(personFacts(discordId, { username: `u${discordId}` }));
  function sync(input: object) {
    return core.services.members.sync(theBot, parsed('guild.members.sync', { guildId: club, ...input }));
  }
  /** Those of our four who are members now. */
  async function here(): Promise<string[]> {
    const caller = { actor: { kind: 'system' as const, task: 'test' }, request: theBot.request };
    const page = await core.services.members.list(
      caller,
      parsed('guild.members.list', { guildId: club, search: 'u', limit: 200 }),
    );
    const ids = new Set(page.items.map(({ discordId }) => discordId));
    return [low, middle, high, higher].filter((id) => ids.has(id));
  }

  test('who is missing from a part has left, whoever lies outside of it stays', async () => {
    await sync({ members: [present(high)], completeWithin: { after: low, upTo: high } });
    expect(await here()).toEqual([low, high, higher]);
  });

  test('the first part has no lower bound, the last no upper one', async () => {
    await sync({ members: [], completeWithin: { after: null, upTo: low } });
    expect(await here()).toEqual([middle, high, higher]);
    await sync({ members: [], completeWithin: { after: high, upTo: null } });
    expect(await here()).toEqual([middle, high]);
  });

  test('nobody has left because of facts that do not claim to be complete', async () => {
    await sync({ members: [present(high)] });
    expect(await here()).toEqual([low, middle, high, higher]);
  });
});

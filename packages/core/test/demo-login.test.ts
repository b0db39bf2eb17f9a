import { describeOnEachPair } from '@slimy/testing';
import { afterEach, expect, test } from 'vitest';
import { seedDemo } from '../src/index.ts';
import { systemClock } from '../src/clock.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { request } from './support/settle-world.ts';
import { openDatabase } from '@slimy/db';

describeOnEachPair('signing in to the demo', (fixture) => {
  let core: TestCore;
  afterEach(() => core.close());

  async function demoCore(environment: Readonly<Record<string, string>>, seeded = true): Promise<TestCore> {
    const installation = await newInstallation(fixture, environment);
    if (seeded) {
      const database = await openDatabase({ url: installation.url });
      await seedDemo(database, systemClock);
      await database.close();
    }
    core = await openCore(installation);
    return core;
  }

  test('in a database of the demo, on this machine alone, one is the owner of its community', async () => {
    const { signInToDemo, authentication, services } = await demoCore({});
    const { token } = await signInToDemo!(request);
    const actor = await authentication.session(token);
    const session = await services.sessions.current({ actor, request }, undefined);
    expect(session).toMatchObject({ demo: true, user: { username: 'demo' } });
    const sanctuary = session?.guilds.find(({ name }) => name === 'Snail Sanctuary');
    expect(sanctuary?.roles).toContain('owner');
    const version = await services.system.version({ actor, request }, undefined);
    expect(version).toMatchObject({ demo: true, login: { demo: true, discord: false } });
  });

  test('there is none with a Discord login', async () => {
    const environment = { DISCORD_CLIENT_ID: '900000000000000001', DISCORD_CLIENT_SECRET: 'secret' };
    expect((await demoCore(environment)).signInToDemo).toBeNull();
  });

  test('there is none where others reach the server', async () => {
    expect((await demoCore({ HOST: '0.0.0.0' })).signInToDemo).toBeNull();
    await core.close();
    expect((await demoCore({ PUBLIC_URL: 'https://slimy.example.org' })).signInToDemo).toBeNull();
  });

  test('there is none in a database that is not of the demo', async () => {
    expect((await demoCore({}, false)).signInToDemo).toBeNull();
  });
});

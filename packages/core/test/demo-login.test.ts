import { describeOnEachEngine } from '@slimy/testing';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { seedDemo } from '../src/index.ts';
import { systemClock } from '../src/clock.ts';
import { newInstallation, openCore, type Installation, type TestCore } from './support/open-core.ts';
import { request } from './support/settle-world.ts';

describeOnEachEngine('signing in to the demo', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation);
  });
  afterEach(() => core.close());

  /** The program as it starts with these settings. */
  async function startedWith(environment: Readonly<Record<string, string>>): Promise<TestCore> {
    core = await openCore({ ...installation, environment: { ...installation.environment, ...environment } });
    return core;
  }

  test('there is none in a database that is not of the demo', async () => {
    expect(core.signInToDemo).toBeNull();
    await seedDemo(core.database, systemClock);
  });

  test('in a database of the demo, on this machine alone, one is the owner of its community', async () => {
    const { signInToDemo, authentication, services } = await startedWith({});
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
    expect((await startedWith(environment)).signInToDemo).toBeNull();
  });

  test('there is none where others reach the server', async () => {
    expect((await startedWith({ HOST: '0.0.0.0' })).signInToDemo).toBeNull();
    await core.close();
    expect((await startedWith({ PUBLIC_URL: 'https://slimy.example.org' })).signInToDemo).toBeNull();
  });
});

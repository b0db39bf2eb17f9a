import { describeOnBothSetups, startFakeDiscord, type FakeDiscord } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demo, webStage } from './web-stage.ts';

describeOnBothSetups('signing in with Discord [browser]', (fixture) => {
  let discord: FakeDiscord;
  beforeAll(async () => {
    discord = await startFakeDiscord();
    const owner = discord.world.addPerson({ username: 'club_owner' });
    const fan = discord.world.addPerson({ username: 'snail_fan', globalName: 'Snail Fan' });
    discord.world.addGuild({ id: demo.guildId, name: 'Snail Sanctuary', icon: null, ownerId: owner.id });
    discord.world.addMember(demo.guildId, fan.id);
  });
  const stage = webStage(fixture, (url) => {
    discord.oauth.redirectUris.add(`${url}/auth/discord/callback`);
    return {
      DISCORD_CLIENT_ID: discord.clientId,
      DISCORD_CLIENT_SECRET: discord.clientSecret,
      DISCORD_API_BASE: discord.apiBase,
      DISCORD_AUTHORIZE_URL: discord.authorizeUrl,
    };
  });
  afterAll(async () => {
    await discord.stop();
  });

  it('leads back to where somebody wanted to go, and says plainly what went wrong before', async () => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    await page.goto(demo.members);
    await page.getByRole('link', { name: 'Continue with Discord' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('You were not signed in').waitFor();

    discord.faults.next('POST /oauth2/token', { kind: 'malformed' });
    await page.goto(demo.members);
    await page.getByRole('link', { name: 'Continue with Discord' }).click();
    await page.getByRole('link', { name: 'Continue as snail_fan' }).click();
    await page.getByRole('alert').getByText('Discord does not answer').waitFor();

    await page.goto(demo.members);
    await page.getByRole('link', { name: 'Continue with Discord' }).click();
    await page.getByRole('link', { name: 'Continue as snail_fan' }).click();
    await page.getByRole('button', { name: 'Account of Snail Fan' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(demo.members);
    // What the browser said of Discord's own page is not ours.
    visitor.complaints();
    await page.reload();
    await page.getByRole('button', { name: 'Account of Snail Fan' }).waitFor();
    expect(visitor.complaints()).toEqual([]);
  });
});

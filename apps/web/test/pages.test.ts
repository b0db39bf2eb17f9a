import { createClient } from '@slimy/client';
import { describeOnBothSetups } from '@slimy/testing';
import { expect, it } from 'vitest';
import { demo, webStage } from './web-stage.ts';

describeOnBothSetups('pages [browser]', (fixture) => {
  const stage = webStage(fixture);

  it('lead from sign-in to the guild and its members', async () => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('button', { name: 'Enter the demo community' }).click();
    await page.getByRole('heading', { name: 'My guilds' }).waitFor();
    await page.getByRole('link', { name: /Snail Sanctuary/ }).click();
    await page.getByRole('heading', { name: 'Snail Sanctuary', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByText('1–25 of 120 members').waitFor();
    expect(visitor.complaints()).toEqual([]);
  });

  it('send who is not signed in to sign in and back', async () => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    await page.goto(demo.members);
    await page.getByRole('button', { name: 'Enter the demo community' }).click();
    await page.getByText('1–25 of 120 members').waitFor();
    expect(new URL(page.url()).pathname).toBe(demo.members);
    expect(visitor.complaints()).toEqual([]);
  });

  it('find members by name and by role', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(demo.members);
    await page.getByLabel('Search').fill('mossy');
    await page.getByText(/^1–\d of \d members$/).waitFor();
    const names = await page.getByRole('region', { name: 'Members' }).getByRole('listitem').allInnerTexts();
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !/mossy/i.test(name))).toEqual([]);
    expect(new URL(page.url()).searchParams.get('search')).toBe('mossy');

    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'admin' }).click();
    await page.getByText('1–3 of 3 members').waitFor();

    await page.getByLabel('Search').fill('nobody of that name');
    await page.getByRole('heading', { name: 'Nobody matches' }).waitFor();
    expect(visitor.complaints()).toEqual([]);
  });

  it('go through members by cursor, forth and back', async () => {
    const { page } = await stage.owner();
    await page.goto(demo.members);
    await page.getByText('1–25 of 120').waitFor();
    const rows = page.getByRole('region', { name: 'Members' }).getByRole('listitem');
    const first = await rows.allInnerTexts();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('26–50 of 120').waitFor();
    const second = await rows.allInnerTexts();
    expect(second.filter((row) => first.includes(row))).toEqual([]);
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByText('1–25 of 120').waitFor();
    expect(await rows.allInnerTexts()).toEqual(first);
    for (const range of ['26–50', '51–75', '76–100', '101–120']) {
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText(`${range} of 120`).waitFor();
    }
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  });

  it('set the roles of a member below one’s own rank', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(`${demo.members}?role=moderator`);
    const first = page.getByRole('region', { name: 'Members' }).getByRole('listitem').first();
    await first.getByRole('button', { name: /^Manage / }).click();
    await page.getByRole('menuitem', { name: 'Set roles…' }).click();
    await page.getByRole('checkbox', { name: 'editor' }).check();
    await page.getByRole('button', { name: 'Save roles' }).click();
    await first.getByText('editor', { exact: true }).waitFor();
    expect(visitor.complaints()).toEqual([]);
  });

  it('try out and keep another personality', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(`/guilds/${demo.guildId}/personality`);
    await page.getByRole('radio', { name: 'Professional' }).click();
    await page.getByRole('textbox', { name: 'Instructions' }).fill('Answer as the keeper of the shells.');
    await page.getByLabel('The prompt').getByText('Answer as the keeper of the shells.').waitFor();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The personality is saved.').waitFor();
    await page.reload();
    const professional = page.getByRole('radio', { name: 'Professional' });
    await expect.poll(() => professional.getAttribute('aria-checked')).toBe('true');
    expect(visitor.complaints()).toEqual([]);
  });

  it('say why a guild cannot be connected', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto('/guilds');
    await page.getByRole('button', { name: 'Connect a guild' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Server ID').fill('12');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await dialog.getByText('Must be a Discord id: 17 to 20 digits.').waitFor();
    await dialog.getByLabel('Server ID').fill('123456789012345678');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await dialog.getByText('set DISCORD_TOKEN').waitFor();
  });

  it('hide what the person may not do', async () => {
    const { page } = await stage.owner();
    await page.goto('/guilds');
    await page.getByRole('link', { name: /Garden Council/ }).click();
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByText(/of 22 members/).waitFor();
    expect(await page.getByRole('button', { name: /^Manage |Add member/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.getByText('changing them takes the role editor or above').waitFor();
    expect(await page.getByRole('textbox', { name: 'Notes' }).isDisabled()).toBe(true);
  });

  it('fit a phone without scrolling sideways', async () => {
    const visitor = await stage.owner({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const { page } = visitor;
    await page.goto('/guilds');
    await page.getByText('Snail Sanctuary').waitFor();
    expect(await visitor.overflow()).toBe(0);
    const landmarks = {
      '': 'What you may do here',
      '/members': '1–25 of 120 members',
      '/settings': 'Warn below',
      '/personality': 'What the model is told',
    };
    for (const [path, landmark] of Object.entries(landmarks)) {
      await page.goto(`/guilds/${demo.guildId}${path}`);
      await page.getByText(landmark).waitFor();
      expect(await visitor.overflow(), path).toBe(0);
    }
    await page.goto('/account');
    await page.getByText('this one').waitFor();
    expect(await visitor.overflow()).toBe(0);
    expect(visitor.complaints()).toEqual([]);
  });

  it('are dark or light as the system is or the person chose', async () => {
    const visitor = await stage.owner({ colorScheme: 'dark' });
    const { page } = visitor;
    const brightness = () =>
      page.evaluate(() => {
        const parts = getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? [];
        return parts.map(Number).reduce((sum, part) => sum + part, 0);
      });
    await page.goto('/account');
    await page.getByText('Light', { exact: true }).waitFor();
    expect(await brightness()).toBeLessThan(150);
    await page.getByText('Light', { exact: true }).click();
    await expect.poll(brightness).toBeGreaterThan(600);
    const other = await visitor.otherProgram();
    await expect.poll(async () => (await other.user.settings.get.query()).theme).toBe('light');
    await page.reload();
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    expect(await brightness()).toBeGreaterThan(600);
    await page.getByText('As the system', { exact: true }).click();
    await expect.poll(async () => (await other.user.settings.get.query()).theme).toBe('system');
    expect(visitor.complaints()).toEqual([]);
  });

  it('make a token for programs by keyboard, show it once, and revoke it', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto('/account');
    const section = page.getByRole('region', { name: 'Tokens for programs' });
    await section.getByText('You have no tokens.').waitFor();
    await section.getByRole('button', { name: 'Create a token' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByText('Must not be empty.').waitFor();
    await page.keyboard.type('Weekly export');
    await page.keyboard.press('Enter');
    const token = await dialog.getByLabel('Token', { exact: true }).inputValue();
    const program = createClient({ url: stage.server().url, token });
    expect((await program.guild.mine.query()).items).toHaveLength(2);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Copy' }).focus();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
    await dialog.getByRole('button', { name: 'Done' }).focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(token);

    await page.reload();
    await section.getByText(/all your guilds · ends .* · used just now/).waitFor();
    await section.getByRole('button', { name: 'Revoke the token Weekly export' }).focus();
    await page.keyboard.press('Enter');
    await section.getByText('You have no tokens.').waitFor();
    await expect(program.guild.mine.query()).rejects.toMatchObject({ reason: 'bad_credentials' });
    expect(visitor.complaints()).toEqual([]);
  });

  it('can be used by keyboard alone', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    const notes = page.getByRole('textbox', { name: 'Notes' });
    await page.goto(demo.settings);
    await notes.waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    for (let steps = 0; steps < 40; steps += 1) {
      await page.keyboard.press('Tab');
      if (await notes.evaluate((field) => field === document.activeElement)) break;
    }
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('typed by keyboard');
    await page.keyboard.press('ControlOrMeta+S');
    await page.getByText('The settings are saved.').waitFor();
    await page.reload();
    expect(await notes.inputValue()).toBe('typed by keyboard');

    await page.getByRole('link', { name: 'Members', exact: true }).focus();
    await page.keyboard.press('Enter');
    const manage = page.getByRole('button', { name: /^Manage / }).first();
    await manage.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Set roles…' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

import { headerNames } from '@slimy/contract';
import { describeOnBothSetups } from '@slimy/testing';
import { expect, it } from 'vitest';
import { demo, webStage } from './web-stage.ts';

describeOnBothSetups('troubles [browser]', (fixture) => {
  const stage = webStage(fixture);

  it('of the server are said, and over when it is back', async () => {
    const { page } = await stage.owner();
    await page.goto(demo.settings);
    await page.getByRole('textbox', { name: 'Notes' }).waitFor();
    await stage.server().stop();
    try {
      await page.getByRole('link', { name: 'Members', exact: true }).click();
      await page.getByText('The server cannot be reached. What you see may be old').waitFor();
    } finally {
      await stage.server().resume();
    }
    await page.getByText('1–25 of 120 members').waitFor({ timeout: 20_000 });
    await page.getByText('What you see may be old').waitFor({ state: 'detached' });
  });

  it('of the server while something is saved promise nothing, and leave what was typed to be saved again', async () => {
    const { page } = await stage.owner();
    await page.goto(demo.settings);
    const notes = page.getByRole('textbox', { name: 'Notes' });
    await notes.fill('typed before the server went');
    await stage.server().stop();
    try {
      await page.getByRole('button', { name: 'Save changes' }).click();
      const alert = page.getByRole('alert').filter({ hasText: 'It is not known whether it was done' });
      await alert.waitFor();
      expect(await alert.innerText()).not.toContain('keeps trying');
    } finally {
      await stage.server().resume();
    }
    await page.getByText('What you see may be old').waitFor({ state: 'detached' });
    expect(await notes.inputValue()).toBe('typed before the server went');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The settings are saved.').waitFor();
  });

  it('of the database behind the server are said while what is shown may be old', async () => {
    const { page } = await stage.owner();
    let seconds: string | null = '7';
    await page.route('**/trpc/**', async (route) => {
      if (route.request().url().includes('onChange') || seconds === null) return route.continue();
      const response = await route.fetch();
      const headers = { ...response.headers(), [headerNames.databaseAway]: seconds };
      await route.fulfill({ response, headers });
    });
    await page.goto(demo.settings);
    await page.getByText("The server's database does not answer. What you see may be old").waitFor();
    await page.getByRole('textbox', { name: 'Notes' }).waitFor();
    seconds = null;
    await page.getByText("The server's database does not answer").waitFor({ state: 'detached' });
    await page.unrouteAll({ behavior: 'wait' });
  });

  it('of a session that was ended elsewhere lead to the sign-in page and back', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    const other = await visitor.otherProgram();
    await page.goto(demo.settings);
    await page.getByRole('textbox', { name: 'Notes' }).waitFor();
    const { items } = await other.auth.sessions.query({});
    const current = items.find((session) => session.current);
    await other.auth.revokeSession.mutate({ sessionId: current?.id ?? '' });
    await page.getByText('Your session has ended').waitFor();
    await page.getByRole('button', { name: 'Enter the demo community' }).click();
    await page.getByRole('heading', { name: 'Snail Sanctuary', level: 1 }).waitFor();
  });

  it('are none when one signs out', async () => {
    const { page } = await stage.owner();
    await page.goto(demo.settings);
    await page.getByRole('button', { name: 'Account of Demo' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Enter the demo community' }).waitFor();
    await expect.poll(() => page.url()).toMatch(/\/sign-in$/);
    await page.goto(demo.settings);
    await page.getByRole('button', { name: 'Enter the demo community' }).waitFor();
  });

  it('are none when one signs out while the page asks who is signed in', async () => {
    const { page } = await stage.owner();
    await page.goto(demo.settings);
    await page.getByRole('textbox', { name: 'Notes' }).waitFor();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = false;
    await page.route('**/trpc/**auth.session**', async (route) => {
      if (asked) return route.continue();
      asked = true;
      const response = await route.fetch();
      await released;
      // Whoever asked may have given up by now.
      await route.fulfill({ response }).catch(() => {});
    });
    // Back from being away, the page asks for everything it shows.
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByText('What you see may be old').waitFor();
    await page.context().setOffline(false);
    await expect.poll(() => asked, { timeout: 20_000 }).toBe(true);
    await page.getByRole('button', { name: 'Account of Demo' }).click();
    const leaving = page.waitForResponse('**/auth/logout');
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await leaving;
    release();
    await page.getByRole('button', { name: 'Enter the demo community' }).waitFor();
    await page.goto(demo.settings);
    await page.getByRole('button', { name: 'Enter the demo community' }).waitFor();
  });

  it('with a lost device end by the list of sessions', async () => {
    const visitor = await stage.owner();
    const lost = await stage.owner();
    await lost.page.goto('/account');
    await lost.page.getByText('this one').waitFor();
    await visitor.page.goto('/account');
    await visitor.page.getByRole('button', { name: 'End all others' }).click();
    await visitor.page.getByText(/sessions? ended\./).waitFor();
    await lost.page.reload();
    await lost.page.getByRole('button', { name: 'Enter the demo community' }).waitFor();
  });

  it('of a page older than the server end with a reload', async () => {
    const { page } = await stage.owner();
    await page.route('**/trpc/**', async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        headers: { ...response.headers(), [headerNames.contractHash]: 'another' },
      });
    });
    await page.goto(demo.settings);
    await page.getByText('Slimy was updated.').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('textbox', { name: 'Notes' }).waitFor();
    await page.getByText('Slimy was updated.').waitFor({ state: 'detached' });
  });

  it('with an address that leads nowhere are said', async () => {
    const { page } = await stage.owner();
    await page.goto('/guilds/999999999999999999');
    await page.getByText('There is no such server among yours.').waitFor();
    await page.goto('/no/such/page');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });
});

import { describeOnBothSetups } from '@slimy/testing';
import { expect, it } from 'vitest';
import type { Visitor } from './visitor.ts';
import { demo, webStage } from './web-stage.ts';

const { guildId } = demo;
const notesOf = ({ page }: Visitor) => page.getByRole('textbox', { name: 'Notes' });
const save = ({ page }: Visitor) => page.getByRole('button', { name: 'Save changes' }).click();
const saved = ({ page }: Visitor) => page.getByText('The settings are saved.').waitFor();

/** Changes settings with another program of the same person. */
async function changeElsewhere(visitor: Visitor, settings: { notes?: string; sheetTab?: string }) {
  const other = await visitor.otherProgram();
  const { version } = await other.guild.settings.get.query({ guildId });
  return other.guild.settings.update.mutate({ guildId, version, settings });
}

describeOnBothSetups('settings page [browser]', (fixture) => {
  const stage = webStage(fixture);

  it('saves a setting that a reload and a restart of the server leave there', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(demo.settings);
    await notesOf(visitor).fill('Scans are due on Fridays 🐌');
    await page.getByLabel('Warn above').fill('9,000,000,000,000,000,000');
    await save(visitor);
    await saved(visitor);
    expect(visitor.complaints()).toEqual([]);

    await page.reload();
    expect(await notesOf(visitor).inputValue()).toBe('Scans are due on Fridays 🐌');
    await stage.server().stop();
    await stage.server().resume();
    await page.reload();
    expect(await notesOf(visitor).inputValue()).toBe('Scans are due on Fridays 🐌');
    expect(await page.getByLabel('Warn above').inputValue()).toBe('9,000,000,000,000,000,000');
  });

  it('shows the contract’s word at a field before anything is sent', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(demo.settings);
    const days = page.getByLabel('Window in days');
    await days.fill('15');
    await days.blur();
    await page.getByText('Must be at most 14.').waitFor();
    await page.getByLabel('At', { exact: true }).fill('25:00');
    await page.getByLabel('Google sheet').fill('not a sheet');
    let sent = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') sent += 1;
    });
    await save(visitor);
    await page.getByText('Must be a time of day, HH:mm.').waitFor();
    await page.getByText('Must be the address of a Google sheet or its id.').waitFor();
    expect(sent).toBe(0);
    const standing = () => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'));
    await expect.poll(standing).toBe('true');
  });

  it('places the server’s refusal at its field', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(demo.settings);
    await notesOf(visitor).fill('something new');
    // What the page has checked is made wrong on its way, so that only the server can say so.
    await page.route('**/trpc/guild.settings.update', async (route) => {
      const sent = route.request().postData() ?? '';
      await route.continue({ postData: sent.replace('something new', 'n'.repeat(4_001)) });
    });
    await save(visitor);
    await page.getByText('Must have at most 4000 characters.').waitFor();
    expect(await notesOf(visitor).getAttribute('aria-invalid')).toBe('true');
    await page.unrouteAll({ behavior: 'wait' });
    await notesOf(visitor).fill('something newer');
    await save(visitor);
    await saved(visitor);
  });

  it('keeps what is typed while a save is under way as unsaved', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(demo.settings);
    const tab = page.getByLabel('Tab', { exact: true });
    await notesOf(visitor).fill('sent');
    await tab.fill('sent too');
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let stored = false;
    await page.route('**/trpc/guild.settings.update', async (route) => {
      const response = await route.fetch();
      stored = true;
      await released;
      await route.fulfill({ response });
    });
    await save(visitor);
    await expect.poll(() => stored).toBe(true);
    await page.getByLabel('Window in days').fill('5');
    await notesOf(visitor).fill('sent, and typed on');
    release();
    await saved(visitor);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByText('2 unsaved changes', { exact: true }).waitFor();
    expect(await page.getByLabel('Window in days').inputValue()).toBe('5');
    expect(await notesOf(visitor).inputValue()).toBe('sent, and typed on');
    expect(await tab.inputValue()).toBe('sent too');

    await save(visitor);
    await page.getByText('2 unsaved changes', { exact: true }).waitFor({ state: 'detached' });
    const now = await (await visitor.otherProgram()).guild.settings.get.query({ guildId });
    expect(now).toMatchObject({ notes: 'sent, and typed on', sheetTab: 'sent too', weekWindowDays: 5 });
  });

  it('tells of somebody else’s change, and loads theirs or keeps mine', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(demo.settings);
    await notesOf(visitor).fill('mine');
    await changeElsewhere(visitor, { sheetTab: 'theirs', notes: 'theirs 1' });
    await page.getByText('Somebody else saved in the meantime').waitFor();
    await page.getByText(/They changed: Tab, Notes/).waitFor();
    await page.getByRole('button', { name: 'Load theirs' }).click();
    await expect.poll(() => notesOf(visitor).inputValue()).toBe('theirs 1');

    await notesOf(visitor).fill('mine again');
    await changeElsewhere(visitor, { sheetTab: 'theirs 2' });
    await page.getByRole('button', { name: 'Keep mine and save' }).click();
    await saved(visitor);
    const stored = await (await visitor.otherProgram()).guild.settings.get.query({ guildId });
    expect(stored).toMatchObject({ notes: 'mine again', sheetTab: 'theirs 2' });
  });

  it('learns of a conflict by saving when it has heard nothing before', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    // Neither told of anything nor refused, which would make the page look for itself.
    await page.route('**/trpc-live?*', () => {});
    await page.goto(demo.settings);
    await notesOf(visitor).fill('too late');
    await changeElsewhere(visitor, { sheetTab: 'first' });
    await save(visitor);
    await page.getByText('Somebody else saved in the meantime').waitFor();
    const stored = await (await visitor.otherProgram()).guild.settings.get.query({ guildId });
    expect(stored.notes).not.toBe('too late');
  });

  it('shows a change made elsewhere without a reload', async () => {
    const visitor = await stage.owner();
    const streaming = visitor.page.waitForResponse(/trpc-live\?.*guild\.onChange/);
    await visitor.page.goto(demo.settings);
    await notesOf(visitor).waitFor();
    await streaming;
    const notes = 'from elsewhere';
    await changeElsewhere(visitor, { notes });
    await expect.poll(() => notesOf(visitor).inputValue(), { timeout: 10_000 }).toBe(notes);
    expect(visitor.complaints()).toEqual([]);
  });

  it('asks before unsaved changes are left behind', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    await page.goto(demo.settings);
    await notesOf(visitor).fill('not saved');
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByRole('button', { name: 'Stay' }).click();
    expect(await notesOf(visitor).inputValue()).toBe('not saved');
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByText('1–25 of 120 members').waitFor();
  });
});

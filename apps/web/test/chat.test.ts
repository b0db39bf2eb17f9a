import { describeOnBothSetups } from '@slimy/testing';
import type { Page, Request } from 'playwright-core';
import { expect, it } from 'vitest';
import { demo, webStage } from './web-stage.ts';

const { guildId } = demo;
const box = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
const rows = (page: Page) => log(page).getByRole('listitem');
const said = (page: Page, text: string) => rows(page).filter({ hasText: text });

/** Opens the chat and waits until it is told of what is new. */
async function openChat(page: Page): Promise<void> {
  await page.goto(demo.chat);
  await page.getByText('Live', { exact: true }).waitFor();
}

describeOnBothSetups('chat [browser]', (fixture) => {
  const stage = webStage(fixture);

  it('shows what one writes at once, and to others without a reload', async () => {
    const [writer, reader] = [await stage.owner(), await stage.owner()];
    await Promise.all([openChat(writer.page), openChat(reader.page)]);
    await box(writer.page).fill('Snails');
    await box(writer.page).press('Shift+Enter');
    await box(writer.page).pressSequentially('ahead 🐌');
    await box(writer.page).press('Enter');
    await said(writer.page, 'ahead 🐌').waitFor();
    await said(reader.page, 'Snails').waitFor();
    expect(await box(writer.page).inputValue()).toBe('');

    const other = await writer.otherProgram();
    await other.message.send.mutate({ guildId, text: 'from another program' });
    for (const { page } of [writer, reader]) {
      await said(page, 'from another program').waitFor();
      await expect.poll(() => rows(page).count()).toBe(2);
    }
    await writer.page.reload();
    await said(writer.page, 'from another program').waitFor();
    expect(await rows(writer.page).count()).toBe(2);
    expect([...writer.complaints(), ...reader.complaints()]).toEqual([]);
  });

  it('holds one stream of events a page, so that several pages live side by side', async () => {
    const visitor = await stage.owner();
    const { page } = visitor;
    const open = new Set<Request>();
    page.on('response', (response) => {
      if (response.headers()['content-type'] === 'text/event-stream') open.add(response.request());
    });
    page.on('requestfinished', (request) => open.delete(request));
    page.on('requestfailed', (request) => open.delete(request));
    await openChat(page);
    await expect.poll(() => open.size).toBe(1);
    expect([...open].map((request) => new URL(request.url()).searchParams.get('list'))).toEqual([
      expect.stringMatching(/guild\.onChange.*message\.onNew|message\.onNew.*guild\.onChange/),
    ]);
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByText('1–25 of 120 members').waitFor();
    await expect.poll(() => [...open].map((request) => request.url().includes('onNew'))).toEqual([false]);

    // A browser makes six connections to one server: with two streams each, four pages would be in each other's way.
    const pages = [page];
    while (pages.length < 4) pages.push(await page.context().newPage());
    await Promise.all(pages.map((one) => openChat(one)));
    const other = await visitor.otherProgram();
    await other.message.send.mutate({ guildId, text: 'to all pages' });
    await Promise.all(pages.map((one) => said(one, 'to all pages').waitFor()));
    await expect.poll(() => open.size).toBe(1);
    expect(visitor.complaints()).toEqual([]);
  });

  it('says what was not sent, and sends it again as one message', async () => {
    const { page } = await stage.owner();
    await openChat(page);
    // The server takes it, and its answer is lost on the way: the stream tells that it is there.
    await page.route('**/trpc/message.send*', async (route) => {
      await route.fetch();
      await route.abort();
    });
    const again = page.getByRole('button', { name: 'Send again' });
    await box(page).fill('taken');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await said(page, 'taken').getByRole('time').waitFor();
    expect(await again.count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });

    await page.route('**/trpc/message.send*', (route) => route.abort());
    await box(page).fill('not taken');
    await box(page).press('Enter');
    await said(page, 'not taken').getByText('Not sent').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await again.click();
    await again.waitFor({ state: 'detached' });
    await page.reload();
    await said(page, 'not taken').waitFor();
    expect(await said(page, 'taken').count()).toBe(2);
  });

  it('is read back page by page, and a deleted message goes everywhere', async () => {
    const [visitor, reader] = [await stage.owner(), await stage.owner()];
    const other = await visitor.otherProgram();
    for (let index = 1; index <= 60; index += 1)
      await other.message.send.mutate({ guildId, text: `number ${index}.` });
    const { page } = visitor;
    await Promise.all([openChat(page), openChat(reader.page)]);
    await said(page, 'number 60.').waitFor();
    expect(await rows(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Show older messages' }).click();
    await said(page, 'number 1.').waitFor();
    await page.getByRole('button', { name: 'Show older messages' }).waitFor({ state: 'detached' });

    await said(page, 'number 60.')
      .getByRole('button', { name: /^More about/ })
      .click();
    await page.getByRole('menuitem', { name: 'Delete message' }).click();
    for (const window of [page, reader.page]) await said(window, 'number 60.').waitFor({ state: 'detached' });
    expect([...visitor.complaints(), ...reader.complaints()]).toEqual([]);
  });

  it('holds the length of a message against the contract, and offers only what one may do', async () => {
    const { page } = await stage.owner();
    await openChat(page);
    await box(page).fill('🐌'.repeat(10_001));
    await page.getByText('Must have at most 10000 characters.').waitFor();
    await page.getByText('10,001 of 10,000').waitFor();
    await box(page).fill('for moderators');
    await page.getByRole('switch', { name: 'Moderators only' }).check({ force: true });
    await box(page).press('Enter');
    await said(page, 'for moderators').getByText('Moderators only').waitFor();
    await page.goto('/guilds/11000000000000002/chat');
    await page.getByText('Nobody has said anything yet.').waitFor();
    expect(await page.getByRole('switch').count()).toBe(0);
  });

  it('fits a phone', async () => {
    const visitor = await stage.owner({ viewport: { width: 360, height: 740 } });
    const { page } = visitor;
    await openChat(page);
    await box(page).fill(`${'long'.repeat(60)}\nand more`);
    await box(page).press('Enter');
    await said(page, 'and more').waitFor();
    expect(await visitor.overflow()).toBe(0);
    const button = await page.getByRole('button', { name: 'Send', exact: true }).boundingBox();
    expect(button?.y ?? Infinity).toBeLessThan(740);
    expect(visitor.complaints()).toEqual([]);
  });
});

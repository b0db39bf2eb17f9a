import { launchChromium, type VariantFixture } from '@slimy/testing';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { RunningServer } from './running-server.ts';
import { Visitor } from './visitor.ts';

/** The demo community that a new database is given. */
export const demo = {
  guildId: '11000000000000001',
  settings: '/guilds/11000000000000001/settings',
  members: '/guilds/11000000000000001/members',
  chat: '/guilds/11000000000000001/chat',
} as const;

let launched: Promise<Browser> | undefined;

/** One browser for all suites, which share nothing in it; it ends with the process. */
function sharedBrowser(): Promise<Browser> {
  launched ??= launchChromium();
  return launched;
}

/** A running server and a browser for one suite; the windows of each test are closed after it. */
export function webStage(fixture: VariantFixture, settings?: (url: string) => Record<string, string>) {
  let server: RunningServer | undefined;
  let browser: Browser | undefined;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([RunningServer.start(fixture, settings), sharedBrowser()]);
  });
  afterEach(async () => {
    for (const visitor of visitors.splice(0)) await visitor.leave();
  });
  afterAll(async () => {
    await server?.stop();
  });

  function started() {
    if (!server || !browser) throw new Error('The stage is not set.');
    return { server, browser };
  }

  return {
    server: () => started().server,
    async stranger(options?: BrowserContextOptions): Promise<Visitor> {
      const visitor = await Visitor.at(started().browser, started().server.url, options);
      visitors.push(visitor);
      return visitor;
    },
    async owner(options?: BrowserContextOptions): Promise<Visitor> {
      const visitor = await this.stranger(options);
      await visitor.signIn();
      return visitor;
    },
  };
}

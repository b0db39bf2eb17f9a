import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printed, spawnPinned, stopped } from '../pinned-process.js';

const serverMain = fileURLToPath(new URL('../../../../apps/server/dist/bundle/main.js', import.meta.url));

/** A running server with a person signed in to its demo community. */
export interface SlimyServer {
  readonly origin: string;
  readonly cookie: string;
  /** Address of the hot query. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Signs a demo person in and gives the session cookie. */
export async function signIn(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/auth/demo`, { method: 'POST', headers: { origin } });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!answer.ok || !cookie) throw new Error(`Signing in failed: ${answer.status} ${await answer.text()}`);
  return cookie;
}

async function firstGuild(origin: string, cookie: string): Promise<string> {
  const answer = await fetch(`${origin}/trpc/guild.mine`, { headers: { cookie } });
  const text = await answer.text();
  const id = /"id":"(\d{17,20})"/.exec(text)?.[1];
  if (!id) throw new Error(`No guild in ${text.slice(0, 200)}`);
  return id;
}

/** Starts the program as people run it, pinned to a core, on its own data folder. */
export async function startSlimy(core: number, settings: Record<string, string>): Promise<SlimyServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slimy-bench-'));
  const child: ChildProcess = spawnPinned(core, [serverMain], {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    PORT: '0',
    DEMO: '1',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    ...settings,
  });
  const [, origin = ''] = await printed(child, /(http:\/\/[\d.:]+)/);
  const cookie = await signIn(origin);
  const input = encodeURIComponent(JSON.stringify({ json: { guildId: await firstGuild(origin, cookie) } }));
  return {
    origin,
    cookie,
    url: `${origin}/trpc/guild.byId?input=${input}`,
    async stop() {
      await stopped(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

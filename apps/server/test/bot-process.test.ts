import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@slimy/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BotProcess } from '../src/bot/bot-process.ts';

let running: BotProcess | undefined;
afterEach(async () => {
  await running?.stop(1_000);
});

/** A bot program that notes each start, then does what `then` says. */
function bot(then: string) {
  const folder = temporaryFolder('bot');
  const program = join(folder, 'bot.mjs');
  const starts = join(folder, 'starts');
  writeFileSync(
    program,
    `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(starts)}, process.pid + '\\n');\n${then}\n`,
  );
  const said: string[] = [];
  const log = { info: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
  running = new BotProcess({ program, log, firstDelayMs: 10 });
  running.start();
  const pids = () => (existsSync(starts) ? readFileSync(starts, 'utf8').trim().split('\n').map(Number) : []);
  return { process: running, said, pids };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('The bot', () => {
  it('is told what the server has worked out, whatever the environment says', async () => {
    const folder = temporaryFolder('bot');
    const program = join(folder, 'bot.mjs');
    const told = join(folder, 'told');
    writeFileSync(
      program,
      `import { writeFileSync } from 'node:fs';
       const { API_URL, API_URL_FILE } = process.env;
       writeFileSync(${JSON.stringify(told)}, JSON.stringify({ API_URL, API_URL_FILE: API_URL_FILE ?? null }));
       setInterval(() => {}, 1_000);`,
    );
    vi.stubEnv('API_URL_FILE', '/nowhere');
    const log = { info: () => {}, warn: () => {} };
    running = new BotProcess({ program, log, settings: { API_URL: 'http://127.0.0.1:4321' } });
    running.start();
    vi.unstubAllEnvs();
    await vi.waitFor(
      () =>
        expect(JSON.parse(readFileSync(told, 'utf8'))).toEqual({
          API_URL: 'http://127.0.0.1:4321',
          API_URL_FILE: null,
        }),
      10_000,
    );
  });

  it('is started again when it ends, after longer and longer pauses', async () => {
    const { pids, said } = bot('process.exit(1);');
    await vi.waitFor(() => expect(pids().length).toBeGreaterThanOrEqual(4), 10_000);
    expect(new Set(pids()).size).toBe(pids().length);
    expect(said[0]).toBe('The bot ended (code 1); it is started again in 1 s.');
  });

  it('is not started again when it says that this is hopeless', async () => {
    const { said, pids } = bot('process.exit(78);');
    await vi.waitFor(() => expect(said).toHaveLength(1), 10_000);
    expect(said[0]).toContain('would not help');
    expect(pids()).toHaveLength(1);
  });

  it('is stopped with the server', async () => {
    const { process: running, pids, said } = bot('setInterval(() => {}, 1000);');
    await vi.waitFor(() => expect(pids()).toHaveLength(1), 10_000);
    await running.stop(5_000);
    expect(isAlive(pids()[0] ?? 0)).toBe(false);
    expect(said).toEqual([]);
  });

  it('is ended when it does not stop by itself', async () => {
    const { process: running, pids } = bot(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`);
    await vi.waitFor(() => expect(pids()).toHaveLength(1), 10_000);
    await running.stop(200);
    expect(isAlive(pids()[0] ?? 0)).toBe(false);
  });
});

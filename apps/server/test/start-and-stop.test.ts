import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { loadSettings } from '@slimy/config';
import { describeOnBothSetups, freePort, temporaryFolder } from '@slimy/testing';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { startProgram as startHere } from '../src/start/program.ts';
import { demo, ownGuild, queryUrl } from './support/open-server.ts';
import {
  ask,
  change,
  endPrograms,
  environmentFor,
  failedStart,
  pageOf,
  startProgram,
} from './support/program.ts';

afterEach(endPrograms);

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<{ port: number; close: () => void }> {
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => sockets.add(socket));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, close };
}

describeOnBothSetups('The program', (fixture) => {
  it('starts, prints one address, serves, and finds its data again after a restart', async () => {
    const environment = { ...(await environmentFor(fixture)), DATA_DIR: temporaryFolder('restart') };
    const first = await startProgram(environment);
    expect(first.said()).toBe(`Slimy is ready: ${first.address}\n`);
    const page = await pageOf(first);
    const settings = { guildId: ownGuild, version: 0, settings: { notes: 'kept' } };
    expect(await change(first, page, 'guild.settings.update', settings)).toMatchObject({
      data: { notes: 'kept' },
    });
    expect((await first.end('SIGTERM')).code).toBe(0);

    const second = await startProgram(environment);
    const again = { ...page, origin: second.address };
    expect(await ask(second, again, 'guild.settings.get', { guildId: ownGuild })).toMatchObject({
      data: { notes: 'kept', version: 1 },
    });
    expect((await second.end('SIGINT')).code).toBe(0);
  });

  it('answers /healthz and /readyz with its latencies', async () => {
    const program = await startProgram(await environmentFor(fixture, demo));
    expect(await (await fetch(`${program.address}/healthz`)).json()).toEqual({ status: 'ok' });
    const answer = await fetch(`${program.address}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      status: 'ok',
      database: { ok: true, latencyMs: expect.any(Number) },
      migrations: { ok: true, pending: 0 },
      cache: { ok: true, mode: fixture.cache === 'redis' ? 'redis' : 'in-process' },
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops within 5 s at %s with open streams', async (signal) => {
    const program = await startProgram(await environmentFor(fixture, demo));
    const page = await pageOf(program);
    const url = `${program.address}${queryUrl('guild.onChange', { guildId: ownGuild })}`;
    const streams = await Promise.all(Array.from({ length: 20 }, () => fetch(url, { headers: page })));
    for (const stream of streams) {
      expect(stream.headers.get('content-type')).toContain('text/event-stream');
      await stream.body?.getReader().read();
    }
    const { code, ms } = await program.end(signal);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5_000);
  });
});

describe('A start that cannot be', () => {
  it('names everything that is wrong with the settings, and starts nothing', async () => {
    const { code, output } = await failedStart({
      PORT: 'eighty',
      DATABASE_URL: 'postgres://x',
      SESSION_IDLE_DAYS: '0',
      PUBLIC_URL: 'slimy.example',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'SESSION_IDLE_DAYS', 'PUBLIC_URL'])
      expect(output).toContain(`  ${name}: `);
    expect(output).not.toMatch(/\bat .+\.js:\d+/);
  });

  it('says which database it cannot reach, why, and what to do', async () => {
    const port = await freePort();
    const { code, output } = await failedStart({
      DATABASE_URL: `mysql://slimy:hunter2@127.0.0.1:${port}/slimy`,
    });
    expect(code).toBe(1);
    expect(output).toContain(`127.0.0.1:${port}`);
    expect(output).toContain('nothing listens there');
    expect(output).toContain('DATABASE_URL');
    expect(output).not.toContain('hunter2');
    expect(output).not.toMatch(/\bat .+\.js:\d+/);
  });

  it('takes no longer than 5 s to find that out, also of a database that says nothing', async () => {
    const silent = await silentServer();
    const logger = pino({ level: 'silent' });
    for (const [port, reason] of [
      [await freePort(), 'nothing listens there'],
      [silent.port, 'no answer in time'],
    ] as const) {
      const settings = loadSettings({
        DATA_DIR: temporaryFolder('away'),
        DATABASE_URL: `mysql://slimy:x@127.0.0.1:${port}/slimy`,
      });
      const began = performance.now();
      await expect(startHere(settings, logger)).rejects.toThrow(reason);
      expect(performance.now() - began).toBeLessThan(5_000);
    }
    silent.close();
  });

  it('names the process that owns the embedded database', async () => {
    const environment = { DATA_DIR: temporaryFolder('owned') };
    const first = await startProgram(environment);
    const { code, output } = await failedStart(environment);
    expect(code).toBe(1);
    expect(output).toContain(`is in use by process ${first.process.pid}`);
    expect((await fetch(`${first.address}/healthz`)).status).toBe(200);
  });

  it('names the folder that it cannot use', async () => {
    const file = join(temporaryFolder('file'), 'file');
    writeFileSync(file, '');
    const { code, output } = await failedStart({ DATA_DIR: join(file, 'data') });
    expect(code).toBe(1);
    expect(output).toContain(`This program cannot use ${file}`);
    expect(output).toContain('DATA_DIR');
    expect(output).not.toMatch(/\bat .+\.js:\d+/);
  });

  it('says that the port is taken', async () => {
    const other = await silentServer();
    const { code, output } = await failedStart({ PORT: String(other.port) });
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${other.port} of 127.0.0.1 is taken`);
  });
});

describe('A program that is killed', () => {
  it('leaves the embedded database to the next start', async () => {
    const environment = { DATA_DIR: temporaryFolder('killed') };
    const first = await startProgram(environment);
    await first.end('SIGKILL');
    const second = await startProgram(environment);
    expect((await fetch(`${second.address}/readyz`)).status).toBe(200);
  });

  it('ends at once at a second signal', async () => {
    const program = await startProgram({});
    const page = await pageOf(program);
    // A request under way holds the orderly end up for a moment.
    const slow = fetch(`${program.address}/trpc/guild.settings.update`, {
      method: 'POST',
      headers: { ...page, 'content-type': 'application/json' },
      body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }),
      duplex: 'half',
    }).catch(() => null);
    await expect.poll(async () => (await fetch(`${program.address}/healthz`)).status).toBe(200);
    program.process.kill('SIGTERM');
    // Another signal: two of the same kind may arrive as one.
    const { code } = await program.end('SIGINT');
    await slow;
    expect(code).toBe(130);
  });
});

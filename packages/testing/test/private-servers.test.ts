import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { launchChromium, startMariaDb, startRedis, temporaryFolder } from '../src/index.ts';
import { binaryPath } from '../src/processes/binary.ts';
import { startOnFreePort } from '../src/servers/private-server.ts';
import { PrivateRedis } from '../src/servers/redis.ts';

async function inMariaDb(uri: string, sql: string, ca?: string): Promise<unknown> {
  const ssl = ca ? { ssl: { ca: readFileSync(ca, 'utf8') } } : {};
  const connection = await createConnection({ uri, ...ssl, connectTimeout: 2000 });
  try {
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    return rows;
  } finally {
    connection.destroy();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a private MariaDB', () => {
  test('gives databases, keeps them over stop, kill and restart, and freezes', async () => {
    const server = await startMariaDb();
    const url = await server.createDatabase();
    await inMariaDb(url, 'CREATE TABLE kept (n INT)');
    await inMariaDb(url, 'INSERT INTO kept VALUES (1)');
    const firstPid = server.pid;
    await server.kill();
    expect(server.running).toBe(false);
    await expect(inMariaDb(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(server.pid).not.toBe(firstPid);
    expect(await inMariaDb(url, 'SELECT n FROM kept')).toEqual([[1]]);
    await server.stop();
    await server.restart();
    expect(await inMariaDb(url, 'SELECT n FROM kept')).toEqual([[1]]);
    server.suspend();
    await expect(inMariaDb(url, 'SELECT 1')).rejects.toThrow('ETIMEDOUT');
    server.resume();
    expect(await inMariaDb(url, 'SELECT VERSION()')).toEqual([[expect.stringContaining(server.version)]]);
    await server.stop();
  });

  test('refuses wrong passwords, and with TLS also plain connections', async () => {
    const server = await startMariaDb({ tls: true });
    const url = await server.createDatabase();
    expect(await inMariaDb(url, "SHOW STATUS LIKE 'Ssl_version'", server.caFile)).toEqual([
      ['Ssl_version', 'TLSv1.3'],
    ]);
    await expect(inMariaDb(url, 'SELECT 1')).rejects.toThrow(/secure_transport|Access denied/);
    const wrong = url.replace(server.password, 'wrong');
    await expect(inMariaDb(wrong, 'SELECT 1', server.caFile)).rejects.toThrow(/Access denied/);
    await server.kill();
  });
});

describe('a private Redis', () => {
  test('answers, forgets on flush, restarts on its port, and freezes', async () => {
    const server = await startRedis();
    await server.command('SET', 'key', 'value');
    expect(await server.command('GET', 'key')).toBe('value');
    await server.flush();
    expect(await server.command('DBSIZE')).toBe('0');
    await server.kill();
    await server.restart();
    server.suspend();
    const client = new Redis(server.url, { commandTimeout: 200, lazyConnect: true, maxRetriesPerRequest: 0 });
    const answer = client.ping();
    await expect(answer).rejects.toThrow(/timed out/i);
    server.resume();
    client.disconnect();
    expect(await server.command('PING')).toBe('PONG');
    await server.stop();
  });

  test('speaks TLS', async () => {
    const server = await startRedis({ tls: true });
    expect(server.url).toMatch(/^rediss:/);
    const client = new Redis(server.url, { tls: { ca: readFileSync(server.caFile ?? '', 'utf8') } });
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
    await server.kill();
  });
});

test('a port that somebody takes in between is given up for another', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const address = squatter.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  const tried: number[] = [];
  const server = await startOnFreePort((free) => {
    const port = tried.length === 0 ? taken : free;
    tried.push(port);
    return new PrivateRedis(port, {
      version: '',
      binary: binaryPath(['redis-server'], 'redis-server'),
      args: [],
    });
  });
  expect(tried).toEqual([taken, server.port]);
  expect(await server.command('PING')).toBe('PONG');
  await server.kill();
  squatter.close();
});

test('Chromium opens a page for each of two people', async () => {
  const browser = await launchChromium();
  for (const name of ['Ada', 'Ben']) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`data:text/html,<h1>${name}</h1>`);
    expect(await page.textContent('h1')).toBe(name);
  }
  await browser.close();
});

describe('when the test process is killed', () => {
  test('its servers end and its folders are removed', async () => {
    const index = new URL('../dist/index.js', import.meta.url).href;
    const folder = temporaryFolder('killed');
    const script = join(folder, 'holder.mjs');
    writeFileSync(
      script,
      `import { startMariaDb, startRedis, temporaryFolder } from ${JSON.stringify(index)};
       const servers = await Promise.all([startMariaDb(), startRedis()]);
       const folder = temporaryFolder('gone');
       console.log(JSON.stringify({ pids: servers.map((one) => one.pid), folder }));
       setInterval(() => {}, 1000);`,
    );
    const holder = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(holder.stdout, 'data');
    const { pids, folder: gone }: { pids: number[]; folder: string } = JSON.parse(String(line));
    expect(pids.map(isAlive)).toEqual([true, true]);
    holder.kill('SIGKILL');
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false]);
    await expect.poll(() => existsSync(gone), { timeout: 10_000 }).toBe(false);
  });
});

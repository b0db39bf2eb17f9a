import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { startMariaDb, temporaryFolder } from '@slimy/testing';
import { describe, expect, test } from 'vitest';
import { demoInstallationAt, end, slimy, slimyJson, startServer } from './programs.ts';

const guild = '11000000000000001';
const key = `guild:${guild}:detail`;

describe('slimy on another host, without Redis', () => {
  test('is noticed by the server, whose memory holds nothing afterwards that it knows better', async () => {
    const mariaDb = await startMariaDb();
    const here = await demoInstallationAt(await mariaDb.createDatabase());
    const server = await startServer(here);
    const there = { ...here, DATA_DIR: join(temporaryFolder('cli'), 'data') };
    cpSync(join(here['DATA_DIR'] ?? '', 'secrets'), join(there.DATA_DIR, 'secrets'), { recursive: true });

    const origin = server.address;
    const signedIn = await fetch(`${origin}/auth/demo`, { method: 'POST', headers: { origin } });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const input = encodeURIComponent(JSON.stringify({ json: { guildId: guild } }));
    const read = await fetch(`${origin}/trpc/guild.byId?input=${input}`, { headers: { cookie } });
    expect(read.status).toBe(200);
    expect(await slimyJson(here, 'cache', 'explain', key)).toMatchObject({ served: true });

    expect((await slimy(there, 'cache', 'clear')).code).toBe(0);
    expect(await slimyJson(here, 'cache', 'explain', key)).toMatchObject({ served: false });
    expect(await end(server.process)).toBe(0);
    await mariaDb.kill();
  });
});

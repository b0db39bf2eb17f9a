import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@slimy/client';
import { describeOnBothSetups, personFacts, presentMember } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { declaredImports, folderWithPackedClient, nodeTypes, typeCheck } from './packed-packages.ts';
import { RunningServer } from './running-server.ts';
import { demo } from './web-stage.ts';

const execute = promisify(execFile);

const compilerOptions = {
  target: 'es2023',
  lib: ['es2023', 'dom'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: [],
};

const program = `
import { createClient, isSlimyError } from '@slimy/client';

const url = process.argv[2] ?? '';
const client = createClient({ url });
const version = await client.system.version.query();
const demo: boolean = version.login.demo;

const signIn = await fetch(url + '/auth/demo', { method: 'POST' });
const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const owner = createClient({ url, headers: { cookie, origin: url } });
const [guild] = (await owner.guild.mine.query()).items;
if (!guild) throw new Error('no guild');
const { settings, createdAt } = await owner.guild.byId.query({ guildId: guild.id });
const saved = await owner.guild.settings.update.mutate({
  guildId: guild.id,
  version: settings.version,
  settings: { warnTotalHigh: 2n ** 60n },
});

const changed = new Promise<string>((resolve) => {
  const stream = owner.guild.onChange.subscribe(
    { guildId: guild.id },
    {
      onStarted: () =>
        void owner.guild.settings.update.mutate({
          guildId: guild.id,
          version: saved.version,
          settings: { notes: 'from outside' },
        }),
      onData: ({ data }) => {
        stream.unsubscribe();
        resolve(data.what);
      },
    },
  );
});

let refused = '';
try {
  await client.guild.mine.query();
} catch (error) {
  if (isSlimyError(error)) refused = error.reason;
}
console.log(JSON.stringify({
  demo,
  date: createdAt instanceof Date,
  power: saved.warnTotalHigh === 2n ** 60n,
  changed: await changed,
  refused,
}));
declare const process: { argv: string[] };
`;

const misuse = `
import { createClient } from '@slimy/client';
const client = createClient({ url: 'http://127.0.0.1' });
export const name = client.guild.byName.query({ name: 'x' });
export const input = client.guild.byId.query({ title: 'x' });
export const output: Promise<{ title: string }> = client.guild.byId.query({ guildId: 'x' });
`;

/** The packed client, and what the compiler says of each program beside it: the same whatever the server runs on. */
const folder = folderWithPackedClient();
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
const complaintsOf = (file: string, text: string, more: object = {}): string => {
  writeFileSync(join(folder, file), text);
  const options = { ...compilerOptions, ...more };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: [file] }));
  return typeCheck(folder);
};
const example = fileURLToPath(
  new URL('../../../packages/client/examples/export-members.ts', import.meta.url),
);
const complaints = {
  program: complaintsOf('program.ts', program),
  misuse: complaintsOf('misuse.ts', misuse),
  example: complaintsOf('export-members.ts', readFileSync(example, 'utf8'), nodeTypes),
};

const botToken = 'b'.repeat(40);

/** Makes a personal API token for the demo's owner. */
async function personalToken(url: string, access: 'read' | 'read_write'): Promise<string> {
  const signIn = await fetch(`${url}/auth/demo`, { method: 'POST', headers: { origin: url } });
  const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const owner = createClient({ url, headers: { cookie, origin: url } });
  const wanted = { name: 'export', access, guildIds: [demo.guildId], expiresInDays: 1 };
  return (await owner.auth.tokens.create.mutate(wanted)).token;
}

describeOnBothSetups('packed client outside the workspace', (fixture) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await RunningServer.start(fixture, () => ({ BOT_API_TOKENS: botToken }));
  });
  afterAll(async () => {
    await server?.stop();
  });

  it('declares nothing but contract, @trpc and zod', () => {
    const foreign = declaredImports(folder).filter(
      (name) => !/^(?:@slimy\/contract|@trpc\/(?:client|server)|zod(?:\/.*)?)$/.test(name),
    );
    expect(foreign).toEqual([]);
  });

  it('type-checks and runs against a server', () => {
    expect(complaints.program).toBe('');
    const said = execFileSync(process.execPath, [join(folder, 'program.js'), server.url], {
      encoding: 'utf8',
    });
    expect(JSON.parse(said)).toEqual({
      demo: true,
      date: true,
      power: true,
      changed: 'settings',
      refused: 'not_signed_in',
    });
  });

  it('carries the example program, which writes a guild’s members as cells that no spreadsheet calculates', async () => {
    expect(complaints.example).toBe('');
    const bot = createClient({ url: server.url, token: botToken });
    const formula = '=HYPERLINK("http://evil.example","Click")';
    const user = personFacts('910000000000000001', { username: 'formula', globalName: formula });
    await bot.guild.members.sync.mutate({
      guildId: demo.guildId,
      members: [presentMember(user, { joinedAt: new Date('2026-01-01T00:00:00.000Z') })],
    });
    const run = async (token: string, guildId: string) =>
      execute(process.execPath, [join(folder, 'export-members.js'), server.url, guildId], {
        env: { PATH: process.env['PATH'], SLIMY_TOKEN: token },
      });
    const token = await personalToken(server.url, 'read');
    const { stdout } = await run(token, demo.guildId);
    const [header, ...rows] = stdout.trimEnd().split('\r\n');
    expect(header).toBe('"name","username","discord id","roles","joined"');
    expect(rows).toHaveLength(121);
    expect(rows.filter((row) => !row.startsWith('"'))).toEqual([]);
    const hostile = rows.find((row) => row.includes('910000000000000001'));
    expect(hostile).toBe(
      `"'=HYPERLINK(""http://evil.example"",""Click"")","formula","910000000000000001","member","2026-01-01T00:00:00.000Z"`,
    );
    await expect(run(token, '11000000000000002')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such server'),
    });
  });

  it('does not type-check when a procedure’s name, input or output is misused', () => {
    const found = complaints.misuse
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('misuse.ts'));
    expect(found.map((line) => line.replace(/^misuse\.ts\((\d+),.*?(error TS\d+).*$/, '$1 $2'))).toEqual([
      '4 error TS2339',
      '5 error TS2353',
      '6 error TS2322',
    ]);
  });
});

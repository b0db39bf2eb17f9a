import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as turn } from 'node:timers/promises';
import {
  checkDatabase,
  column,
  insertPlainRows,
  openDatabase,
  readPlainRows,
  repositories,
  timeOrderedId,
  type Database,
} from '@slimy/db';
import { describeOnBothSetups, shortOrLong, temporaryFolder, variantFixture } from '@slimy/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoInstallation, end, slimy, slimyJson, startServer, type DemoInstallation } from './programs.ts';

const DAY = 86_400_000;
const OLD = 40;
/** Milliseconds between two calls of whoever writes all the time: the backup wants its turn. */
const PAUSE_MS = 5;
const guild = '11000000000000001';

/** Somebody who tells the server of events, all the time; `stop` gives how many it acknowledged. */
async function tellingOf(address: string) {
  const signedIn = await fetch(`${address}/auth/demo`, { method: 'POST', headers: { origin: address } });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const headers = { cookie, origin: address, 'content-type': 'application/json' };
  const acknowledged = { count: 0 };
  const stop = new AbortController();
  const tell = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const eventId = `event-${acknowledged.count}`;
      const body = JSON.stringify({ json: { events: [{ guildId: guild, type: 'test.told', eventId }] } });
      const answer = await fetch(`${address}/trpc/usage.recordMany`, { method: 'POST', headers, body });
      expect(answer.status).toBe(200);
      acknowledged.count += 1;
      await turn(PAUSE_MS);
    }
  };
  const told = tell();
  return {
    acknowledged,
    async stop(): Promise<number> {
      stop.abort();
      await told;
      return acknowledged.count;
    },
  };
}

describeOnBothSetups('slimy, as an operator uses it', (fixture) => {
  const elsewhere = variantFixture(fixture.engine === 'sqlite' ? 'mariadb' : 'sqlite', 'local');
  let environment: DemoInstallation;
  let database: Database;
  let server: Awaited<ReturnType<typeof startServer>> | undefined;
  /** Discord ids and names of people of the demo. */
  let people: { readonly discordId: string; readonly username: string }[];
  let sequence = 0;

  /** Messages of more than a year ago. */
  async function talkLongAgo(): Promise<void> {
    const at = new Date(Date.now() - 400 * DAY);
    const [author] = await readPlainRows(database.sql, 'users', { limit: 1 });
    const rows = Array.from({ length: OLD }, () => {
      sequence += 1;
      const message = { guild_id: guild, user_id: author?.['id'] ?? '', role: 'user', text: 'long ago' };
      const place = { sequence: String(sequence), admin_only: false, created_at: at.toISOString() };
      return { ...message, ...place, id: timeOrderedId(at) };
    });
    await database.transaction(async ({ sql }) => {
      await insertPlainRows(sql, 'chat_messages', rows);
      await sql.execute('UPDATE guilds SET message_count = message_count + ? WHERE id = ?', [OLD, guild]);
    });
  }

  beforeAll(async () => {
    environment = { ...(await demoInstallation(fixture)), RATE_LIMIT_FACTOR: '1000000' };
    database = await openDatabase({ url: environment.DATABASE_URL, poolSize: 2 });
    const columns = { discordId: column.text, username: column.text };
    const query = 'SELECT discord_id AS discordId, username FROM users ORDER BY discord_id';
    people = await database.sql.query(query, [], columns);
    const policy = { kind: 'chat', enabled: true, action: 'archive', days: 180, updatedById: null } as const;
    await repositories(database).retentionPolicies.save(policy, 0, new Date());
  });
  afterAll(async () => {
    if (server) await end(server.process);
    await database.close();
  });

  /** Exports and erases somebody, and moves old rows: the same whoever does the work. */
  async function operate(): Promise<void> {
    const person = people.pop();
    if (!person) throw new Error('The demo community is empty.');
    const { discordId, username } = person;
    const file = join(temporaryFolder('export'), 'person.json');
    const exported = Object(await slimyJson(environment, 'export-user', discordId, '--file', file));
    const { rows }: { rows: { table: string }[] } = JSON.parse(readFileSync(file, 'utf8'));
    expect(exported).toEqual({ file, rowCount: rows.length });
    expect(rows.map(({ table }) => table)).toEqual(expect.arrayContaining(['users', 'user_guilds']));
    const guildFile = join(temporaryFolder('export'), 'guild.json');
    const ofGuild = Object(await slimyJson(environment, 'export-guild', guild, '--file', guildFile));
    expect(JSON.parse(readFileSync(guildFile, 'utf8')).rows).toHaveLength(ofGuild.rowCount);
    expect((await slimy(environment, 'export-guild', '10000000000000099')).code).toBe(1);
    const confirmed = ['erase-user', discordId, '--confirm', `erase ${username}`];
    expect(await slimyJson(environment, ...confirmed)).toEqual({ erased: true, finished: true });
    await talkLongAgo();
    expect(await slimy(environment, 'archive', 'chat')).toEqual({
      code: 0,
      output: `chat: ${OLD} rows\n`,
      errors: '',
    });
    expect(await readPlainRows(database.sql, 'chat_messages', {})).toEqual([]);
  }

  test('exports, erases and archives by itself while no server runs, and through it while one does', async () => {
    // To a database server it makes no difference who else is there.
    if (shortOrLong(fixture.engine === 'sqlite', true)) await operate();
    server = await startServer(environment);
    await operate();
  });

  test('says what would go, what is not known and what is to be typed, and ends with 1', async () => {
    await talkLongAgo();
    const preview = Object(await slimyJson(environment, 'archive', 'chat', '--preview'));
    expect(preview).toMatchObject({ kinds: [{ kind: 'chat', action: 'archive', rows: OLD }] });
    const asIf = Object(await slimyJson(environment, 'archive', 'chat', '--preview', '--days', '500'));
    expect(asIf).toMatchObject({ kinds: [{ kind: 'chat', rows: 0 }] });
    const unasked = await slimy(environment, 'archive', 'chat', '--days', '500');
    expect(unasked).toMatchObject({ code: 1, errors: 'days: goes with a kind and --preview\n' });
    const [{ discordId, username } = { discordId: '', username: '' }] = people;
    const wrong = await slimy(environment, 'erase-user', discordId, '--confirm', 'erase');
    expect(wrong).toMatchObject({ code: 1, output: '' });
    expect(wrong.errors).toContain(`Type exactly: erase ${username}`);
    const nobody = await slimy(environment, '--json', 'export-user', '10000000000000099');
    expect(nobody.code).toBe(1);
    expect(JSON.parse(nobody.output)).toMatchObject({
      failed: true,
      message: 'Nobody is known here as 10000000000000099.',
    });
    const unknown = await slimy(environment, 'archive', 'letters');
    expect(unknown.code).toBe(1);
    expect(unknown.errors).toContain('Known are chat, stats');
  });

  test('shows jobs that were given up and gives them another chance; the doctor points there', async () => {
    const now = new Date();
    const { jobs } = repositories(database);
    await jobs.enqueue({ kind: 'uploads.sweep', payload: { odd: 1 }, runAt: now, maxAttempts: 1 }, now);
    await vi.waitFor(async () => expect((await jobs.counts()).dead).toBe(1), 20_000);
    const listed = Object(await slimyJson(environment, 'jobs', 'list'));
    expect(listed).toMatchObject({
      items: [{ kind: 'uploads.sweep', state: 'dead', attempts: 1 }],
      nextCursor: null,
    });
    const { checks } = Object(await slimyJson(environment, 'doctor'));
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'jobs',
        state: 'warning',
        remedy: expect.stringContaining('slimy jobs list'),
      }),
    );
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'server', message: expect.stringContaining('is running') }),
    );
    const { id } = listed.items[0];
    expect(await slimy(environment, 'jobs', 'retry', id)).toMatchObject({ code: 0 });
    // The payload is as odd as before.
    await vi.waitFor(async () => expect((await jobs.counts()).dead).toBe(1), 20_000);
  });

  test('backs up under write load, and restores onto the other engine with the counts and checksums of the snapshot', async () => {
    if (!server) throw new Error('The server was not started.');
    const load = await tellingOf(server.address);
    await vi.waitFor(() => expect(load.acknowledged.count).toBeGreaterThan(10), 30_000);
    const before = load.acknowledged.count;
    const folder = join(temporaryFolder('backup'), 'backup');
    const began = performance.now();
    const backup = Object(await slimyJson(environment, 'backup', '--to', folder));
    const backupMs = Math.round(performance.now() - began);
    const after = await load.stop();
    expect(after).toBeGreaterThan(before);

    const dataDir = join(temporaryFolder('restored'), 'data');
    mkdirSync(dataDir, { recursive: true });
    cpSync(join(environment['DATA_DIR'] ?? '', 'secrets'), join(dataDir, 'secrets'), { recursive: true });
    const target = {
      PATH: environment['PATH'] ?? '',
      DATA_DIR: dataDir,
      DATABASE_URL: await elsewhere.databaseUrl(),
    };
    const list = join(environment['DATA_DIR'] ?? '', 'erased-people.jsonl');
    const restored = Object(await slimyJson(target, 'restore', folder, '--verify', '--erased', list));
    expect(restored).toMatchObject({
      rows: backup.rows,
      tables: backup.tables,
      files: backup.files,
      verified: true,
    });
    expect(backup.files).toBeGreaterThan(0);
    const archives = (folderOf: string) => readdirSync(join(folderOf, 'archives')).toSorted();
    expect(archives(dataDir)).toEqual(archives(environment['DATA_DIR'] ?? ''));
    expect((await checkDatabase({ url: target.DATABASE_URL })).counters).toEqual([]);
    const copy = await openDatabase({ url: target.DATABASE_URL, poolSize: 2 });
    const told = await readPlainRows(copy.sql, 'stats', {});
    expect(told.length).toBeGreaterThanOrEqual(before);
    expect(told.length).toBeLessThanOrEqual(after);
    await copy.close();
    console.log(
      `${backup.rows} rows of ${backup.tables} tables and ${backup.files} files, ${backup.bytes} bytes,`,
      `backed up from ${fixture.engine} in ${backupMs} ms while ${after - before} calls wrote,`,
      `restored onto ${elsewhere.engine}, counts and checksums the same`,
    );
  });

  test('a backup of which a file was lost before is made all the same, names the file and ends with 3', async () => {
    const now = new Date();
    const id = timeOrderedId(now);
    const instant = now.toISOString();
    const file = { id, purpose: 'club', state: 'stored', bytes: 3, storage_key: `club/${id}` };
    await insertPlainRows(database.sql, 'uploads', [{ ...file, created_at: instant, stored_at: instant }]);
    const folder = join(temporaryFolder('incomplete'), 'backup');
    const ended = await slimy(environment, '--json', 'backup', '--to', folder);
    expect(ended.code).toBe(3);
    const missing = [`uploads/club/${id}`];
    expect(JSON.parse(ended.output)).toMatchObject({ folder, missing });
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ missing });
  });
});

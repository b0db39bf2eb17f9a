import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { checkDatabase, column, readPlainRows } from '@slimy/db';
import { describeOnEachEngine, seededRandom, shortOrLong } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../src/index.ts';
import { hashOfFile } from '../../src/lifecycle/archive-file.ts';
import { auditTrail, outcomeOf, parsed } from '../support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';
import { dyingDatabase } from './dying-database.ts';
import { OLD, talkAlone, talkInGuild, YOUNG } from './old-messages.ts';

const DAY = 86_400_000;

describeOnEachEngine('retention', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let operator: Caller;
  let now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };
  const folder = () => join(core.settings.DATA_DIR, 'archives');

  const talk = () => talkInGuild(core, ids, now);
  const messages = () => readPlainRows(core.database.sql, 'chat_messages', { orderBy: 'id' });
  const run = async (target = core) => {
    await target.services.lifecycle.run(operator, { kind: 'chat' });
    await target.jobs.runDue();
  };
  const archives = async () =>
    (await core.services.lifecycle.archives(operator, parsed('lifecycle.archives', {}))).items;
  const keepChat = (days: number | null) =>
    core.services.lifecycle.setPolicy(operator, {
      kind: 'chat',
      version: 0,
      enabled: true,
      action: 'archive',
      days,
    });
  const countersAreRight = async () =>
    expect((await checkDatabase({ url: installation.url })).counters).toEqual([]);

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
  });
  beforeEach(async () => {
    await core.database.transaction(async ({ sql }) => {
      for (const table of ['jobs', 'archives', 'retention_policies', 'erased_people'])
        await sql.execute(`DELETE FROM ${table}`);
    });
    rmSync(folder(), { recursive: true, force: true });
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    operator = await (await signIn(core, ids, 'operator')).caller();
    await talk();
  });
  afterAll(() => core.close());

  test('takes audit records away by whole sealed ranges, and the trail is still whole', async () => {
    const { audit, guildSettings, lifecycle } = core.services;
    const editor = await (await signIn(core, ids, 'editor')).caller();
    const note = (notes: string, version: number) =>
      guildSettings.update(editor, { guildId: club, version, settings: { notes } });
    const seal = async () => {
      now = new Date(now.getTime() + 2 * 60_000);
      await core.jobs.runDue();
    };
    const records = async () => {
      const rows = await readPlainRows(core.database.sql, 'audit_logs', {
        where: 'action = ?',
        parameters: ['guild.settings.update'],
        orderBy: 'sequence',
      });
      return rows.length;
    };
    const before = now;
    await note('old', 0);
    await seal();
    now = new Date(now.getTime() + 401 * DAY);
    operator = await (await signIn(core, ids, 'operator')).caller();
    const later = await (await signIn(core, ids, 'editor')).caller();
    await guildSettings.update(later, { guildId: club, version: 1, settings: { notes: 'new' } });
    const count = await records();
    const policy = { kind: 'audit', version: 0, enabled: true, action: 'delete', days: 400 } as const;
    await lifecycle.setPolicy(operator, policy);
    const retain = async () => {
      await lifecycle.run(operator, { kind: 'audit' });
      await core.jobs.runDue();
    };
    const { sql } = core.database;
    const all = async () => (await readPlainRows(sql, 'audit_logs', {})).length;
    const previewed = async () => (await lifecycle.preview(operator, { kind: 'audit' }))[0];
    await sql.execute('UPDATE audit_seals SET row_count = row_count + 1');
    expect(await previewed()).toMatchObject({ rows: 0, oldest: null });
    await retain();
    expect(await records()).toBe(count);
    const [job] = await readPlainRows(sql, 'jobs', { where: `last_error LIKE '%not as they were sealed%'` });
    expect(job?.['last_error']).toContain('slimy audit verify');
    await sql.execute('UPDATE audit_seals SET row_count = row_count - 1');
    await sql.execute('DELETE FROM jobs');
    const preview = await previewed();
    const [there, noted] = [await all(), await auditTrail(core, 'audit.remove')];
    await retain();
    expect(await records()).toBeLessThan(count);
    expect(await records()).toBeGreaterThan(0);
    // What went, but for the records that this run itself left.
    const left = (await auditTrail(core, 'audit.remove')).length - noted.length + 1;
    expect(preview?.rows).toBe(there + left - (await all()));
    expect(preview?.oldest?.getTime()).toBeLessThan(before.getTime() + 2 * 60_000);
    expect(await previewed()).toMatchObject({ rows: 0, oldest: null });
    const [removed] = await readPlainRows(core.database.sql, 'audit_seals', { orderBy: 'number' });
    expect(removed).toMatchObject({ rows_removed_at: expect.any(String) });
    const youngest = await core.database.sql.one('SELECT MIN(timestamp) AS oldest FROM audit_logs', [], {
      oldest: column.instant,
    });
    expect(youngest?.oldest.getTime()).toBeGreaterThan(before.getTime() + 2 * 60_000);
    expect(await audit.verify(operator, parsed('audit.verify', {}))).toMatchObject({ findings: [] });
    now = before;
  });

  test('leaves a sealed range alone that is not as it was sealed, and the others and all other kinds go', async () => {
    const { guildSettings, lifecycle } = core.services;
    const { sql } = core.database;
    const before = now;
    // Behind whatever the trail has got already.
    now = new Date(now.getTime() + 500 * DAY);
    operator = await (await signIn(core, ids, 'operator')).caller();
    const first = await core.database.sql.one('SELECT MAX(number) AS number FROM audit_seals', [], {
      number: column.nullable(column.int),
    });
    for (const version of [0, 1, 2]) {
      const editor = await (await signIn(core, ids, 'editor')).caller();
      await guildSettings.update(editor, { guildId: club, version, settings: { notes: `${version}` } });
      now = new Date(now.getTime() + 2 * 60_000);
      await core.jobs.runDue();
    }
    const sealsWhere = (condition: string) =>
      sql.query(
        `SELECT number, rows_hash FROM audit_seals WHERE number > ? AND ${condition} ORDER BY number`,
        [first?.number ?? 0],
        { number: column.int, rows_hash: column.text },
      );
    const seals = await sealsWhere('1 = 1');
    const numbers = seals.map(({ number }) => number);
    expect(numbers).toHaveLength(3);
    // As somebody who writes in the database may: the seal of the second range says something else than its rows.
    await sql.execute('UPDATE audit_seals SET rows_hash = ? WHERE number = ?', ['forged', numbers[1] ?? 0]);
    now = new Date(now.getTime() + 401 * DAY);
    operator = await (await signIn(core, ids, 'operator')).caller();
    const audit = { kind: 'audit', version: 0, enabled: true, action: 'delete', days: 400 } as const;
    await lifecycle.setPolicy(operator, audit);
    await keepChat(180);
    const archive = core.tasks.get('archive')?.run(
      { preview: false },
      {
        caller: operator,
        progress: () => undefined,
        signal: new AbortController().signal,
      },
    );
    await expect(archive).rejects.toThrow(`The records under seal ${numbers[1]} are not as they were sealed`);
    const left = (await sealsWhere('rows_removed_at IS NULL')).map(({ number }) => number);
    expect(left.filter((one) => numbers.includes(one))).toEqual([numbers[1]]);
    expect(await messages()).toEqual([]);
    const hash = seals[1]?.rows_hash ?? '';
    await sql.execute('UPDATE audit_seals SET rows_hash = ? WHERE number = ?', [hash, numbers[1] ?? 0]);
    now = before;
  });

  test('moves old rows into checked files that say what they are, and brings them back', async () => {
    const before = await messages();
    await keepChat(180);
    await run();
    expect(await messages()).toHaveLength(YOUNG);
    await countersAreRight();
    const [archive] = await archives();
    expect(archive).toMatchObject({
      kind: 'chat',
      state: 'done',
      rowCount: BigInt(OLD),
      deletedCount: BigInt(OLD),
    });
    const file = join(folder(), archive?.fileName ?? '');
    expect(await hashOfFile(file)).toBe(archive?.contentHash);
    const [header = '', first = '', ...rest] = gunzipSync(readFileSync(file)).toString().trim().split('\n');
    expect(JSON.parse(header)).toMatchObject({ format: 'slimy.rows.1', table: 'chat_messages' });
    expect(JSON.parse(first)).toMatchObject({ text: 'message 0 🐌' });
    expect(JSON.parse(rest.at(-1) ?? '')).toMatchObject({ end: true, rowCount: OLD });
    const { lifecycle } = core.services;
    const result = await lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    expect(result).toEqual({ restored: OLD, leftOut: 0 });
    expect(await messages()).toEqual(before);
    await countersAreRight();
    expect(await lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' })).toEqual({
      restored: 0,
      leftOut: OLD,
    });
  });

  test('counts of conversations follow their messages into the archive and back', async () => {
    await talkAlone(core, ids, now, 20);
    await countersAreRight();
    await keepChat(180);
    await run();
    expect(await messages()).toHaveLength(YOUNG);
    await countersAreRight();
    const [archive] = await archives();
    await core.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    expect(await messages()).toHaveLength(OLD + YOUNG + 20);
    await countersAreRight();
  });

  test('a changed or missing file is refused, and nothing is brought back', async () => {
    await keepChat(180);
    await run();
    const [archive] = await archives();
    const file = join(folder(), archive?.fileName ?? '');
    const bytes = readFileSync(file);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const restore = core.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    await expect(restore).rejects.toThrow('is not the one that was written');
    expect(await messages()).toHaveLength(YOUNG);
  });

  test('an archive of an older schema is brought back, with what its rows did not have', async () => {
    await keepChat(180);
    await run();
    const [archive] = await archives();
    const file = join(folder(), archive?.fileName ?? '');
    const lines = gunzipSync(readFileSync(file))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rows = lines.slice(1, -1).map((row) => JSON.stringify({ ...row, admin_only: undefined, gone: 1 }));
    const text = rows.map((row) => `${row}\n`).join('');
    const end = { end: true, rowCount: rows.length, sha256: createHash('sha256').update(text).digest('hex') };
    const header = { ...lines[0], schemaVersion: '20250101000000_older' };
    writeFileSync(file, gzipSync(`${JSON.stringify(header)}\n${text}${JSON.stringify(end)}\n`));
    await core.database.sql.execute('UPDATE archives SET content_hash = ?', [await hashOfFile(file)]);
    await core.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    const back = await messages();
    expect(back).toHaveLength(OLD + YOUNG);
    expect(back[0]).toMatchObject({ text: 'message 0 🐌', admin_only: false });
  });

  test('what went into archives is in exports of its people and its guild, once, wherever it stands', async () => {
    await talkAlone(core, ids, now, 3);
    await keepChat(180);
    const exported = async () => {
      const member = await (await signIn(core, ids, 'member')).caller();
      const owner = await (await signIn(core, ids, 'owner')).caller();
      const files = [
        await core.services.users.export(member, {}),
        await core.services.lifecycle.exportGuild(owner, { guildId: club }),
      ];
      return files.map(({ content }) => {
        const { rows }: { rows: { table: string; row: { id: string } }[] } = JSON.parse(content);
        return rows.flatMap(({ table, row }) => (table === 'chat_messages' ? [row.id] : [])).toSorted();
      });
    };
    const before = await exported();
    expect(before.map(({ length }) => length)).toEqual([(OLD + YOUNG) / 2 + 3, OLD + YOUNG]);
    await run();
    expect(await messages()).toHaveLength(YOUNG);
    expect(await exported()).toEqual(before);
    const [archive] = await archives();
    await core.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    expect(await exported()).toEqual(before);
  });

  test('a person who is erased is taken out of the archives too', async () => {
    await keepChat(180);
    await run();
    const member = await (await signIn(core, ids, 'member')).caller();
    await core.services.users.erase(member, { confirm: `erase ${world.people.member.username}` });
    const [archive] = await archives();
    expect(archive).toMatchObject({ rowCount: BigInt(OLD / 2) });
    expect(readdirSync(folder())).toEqual([archive?.fileName]);
    const text = gunzipSync(readFileSync(join(folder(), archive?.fileName ?? ''))).toString();
    expect(text).not.toContain(ids.member);
    expect(text).toContain(ids.editor);
    const { lifecycle } = core.services;
    const result = await lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    expect(result).toEqual({ restored: OLD / 2, leftOut: 0 });
  });

  test('people who are erased at the same moment are all taken out, and no archive is lost', async () => {
    await keepChat(180);
    await run();
    const people = ['member', 'editor'] as const;
    await Promise.all(
      people.map(async (name) => {
        const caller = await (await signIn(core, ids, name)).caller();
        await core.services.users.erase(caller, { confirm: `erase ${world.people[name].username}` });
      }),
    );
    const [archive] = await archives();
    expect(readdirSync(folder())).toEqual([archive?.fileName]);
    const text = gunzipSync(readFileSync(join(folder(), archive?.fileName ?? ''))).toString();
    for (const name of people) expect(text).not.toContain(ids[name]);
    const { lifecycle } = core.services;
    await lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
  });

  test('a full disk is a clear error, and nothing is deleted', async () => {
    const full = () =>
      new Writable({
        write: (_chunk, _encoding, done) =>
          done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
      });
    const other = await openCore(installation, { clock, database: core.database, openFile: full });
    await keepChat(180);
    await run(other);
    await other.close();
    const [archive] = await archives();
    expect(archive?.state).toBe('failed');
    expect(archive?.lastError).toContain('The disk is full');
    expect(existsSync(join(folder(), archive?.fileName ?? ''))).toBe(false);
    expect(await messages()).toHaveLength(OLD + YOUNG);
  });

  test('a restore that dies half-way has left the record of who asked for it, and one that ends leaves no second', async () => {
    await keepChat(180);
    await run();
    const [{ id: archiveId } = { id: '' }] = await archives();
    const noted = (await auditTrail(core, 'archive.restore')).length;
    const records = async () => (await auditTrail(core, 'archive.restore')).slice(noted);
    // Its beginning, and a batch of 500, which is made again once it is known what it touches.
    const database = await dyingDatabase(installation.url, 3);
    const dying = await openCore(installation, { clock, database });
    const died = dying.services.lifecycle.restoreArchive(operator, { archiveId });
    expect(await outcomeOf(died)).not.toBe('allowed');
    await dying.close();
    await database.close();
    expect(await messages()).toHaveLength(500 + YOUNG);
    expect(await records()).toMatchObject([{ success: true, user_id: ids.operator }]);
    const result = await core.services.lifecycle.restoreArchive(operator, { archiveId });
    expect(result).toEqual({ restored: OLD - 500, leftOut: 500 });
    expect(await records()).toHaveLength(2);
  });

  test('a process killed at any point loses no row and doubles none', async () => {
    const all = (await messages()).map(({ id }) => id);
    await keepChat(180);
    const random = seededRandom();
    for (let round = 0; round < shortOrLong(5, 50); round += 1) {
      const commits = Math.floor(random.next() * 8);
      const database = await dyingDatabase(installation.url, commits);
      const dying = await openCore(installation, { clock, database });
      await outcomeOf(run(dying));
      await dying.close();
      await database.close();
      await core.database.sql.execute('DELETE FROM jobs');
      const [, archived] = await inArchives();
      const stored = new Set((await messages()).map(({ id }) => id));
      const lost = all.filter((id) => !stored.has(id) && !archived.has(id));
      expect(lost, `killed after ${commits} transactions, seed ${random.seed}`).toEqual([]);
      await run();
      const [count, finished] = await inArchives();
      expect(await messages()).toHaveLength(YOUNG);
      expect([count, finished.size]).toEqual([OLD, OLD]);
      for (const { id, state } of await archives()) {
        if (state !== 'failed') await core.services.lifecycle.restoreArchive(operator, { archiveId: id });
      }
      expect((await messages()).map(({ id }) => id)).toEqual(all);
      await countersAreRight();
      await core.database.sql.execute('DELETE FROM archives');
      rmSync(folder(), { recursive: true, force: true });
    }
  });

  /** How many rows whole archives hold, and which. */
  async function inArchives(): Promise<[number, Set<unknown>]> {
    const ids: unknown[] = [];
    for (const { fileName, contentHash } of await archives()) {
      if (contentHash === null) continue;
      const lines = gunzipSync(readFileSync(join(folder(), fileName)))
        .toString()
        .trim()
        .split('\n');
      ids.push(...lines.slice(1, -1).map((line) => JSON.parse(line).id));
    }
    return [ids.length, new Set(ids)];
  }
});

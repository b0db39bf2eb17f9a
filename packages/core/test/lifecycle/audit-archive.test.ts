import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { column, readPlainRows } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../src/caller.ts';
import { outcomeOf, parsed } from '../support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';
import { dyingDatabase } from './dying-database.ts';

const DAY = 86_400_000;
const MARK = 'note of the editor';
const OWNERS = 'note of the owner';
const ascending = (a: bigint, b: bigint) => (a < b ? -1 : 1);

describeOnEachEngine('the audit trail in archives', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let operator: Caller;
  let old: readonly bigint[];
  let now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };

  const sequences = async (): Promise<bigint[]> => {
    const columns = { sequence: column.bigint };
    const rows = await core.database.sql.query('SELECT sequence FROM audit_logs', [], columns);
    return rows.map(({ sequence }) => sequence);
  };
  const archives = async () =>
    (await core.services.lifecycle.archives(operator, parsed('lifecycle.archives', { kind: 'audit' }))).items;
  /** The records in the archives whose files are whole, line by line. */
  const archived = async (): Promise<string[]> => {
    const whole = (await archives()).filter(({ contentHash }) => contentHash !== null);
    const folder = join(core.settings.DATA_DIR, 'archives');
    return whole.flatMap(({ fileName }) =>
      gunzipSync(readFileSync(join(folder, fileName)))
        .toString()
        .trim()
        .split('\n')
        .slice(1, -1),
    );
  };
  const sequenceIn = (line: string) => BigInt(JSON.parse(line).sequence);
  const run = async (target = core) => {
    await target.services.lifecycle.run(operator, { kind: 'audit' });
    await target.jobs.runDue();
  };
  const findings = async () =>
    (await core.services.audit.verify(operator, parsed('audit.verify', {}))).findings;

  /** What is old is in the trail or in an archive, each record once. */
  async function keptOnce(): Promise<void> {
    const there = (await sequences()).filter((sequence) => old.includes(sequence));
    const all = [...there, ...(await archived()).map(sequenceIn)].toSorted(ascending);
    expect(all).toEqual(old);
  }

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId });
    core = await openCore(installation, { clock });
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    const editor = await (await signIn(core, ids, 'editor')).caller();
    const owner = await (await signIn(core, ids, 'owner')).caller();
    for (let version = 0; version < 8; version += 1) {
      const [by, said] = version < 2 ? [owner, OWNERS] : [editor, MARK];
      const settings = { notes: `${said} ${version}` };
      await core.services.guildSettings.update(by, { guildId: club, version, settings });
      now = new Date(now.getTime() + 120_000);
      // Seals what is older than a minute.
      await core.jobs.runDue();
    }
    old = (await sequences()).toSorted(ascending);
    now = new Date(now.getTime() + 401 * DAY);
    operator = await (await signIn(core, ids, 'operator')).caller();
    const policy = { kind: 'audit', version: 0, enabled: true, action: 'archive', days: 400 } as const;
    await core.services.lifecycle.setPolicy(operator, policy);
  });
  afterAll(() => core.close());

  test('a run that dies at any point loses no record and doubles none', async () => {
    for (const commits of [0, 1, 3, 5]) {
      const database = await dyingDatabase(installation.url, commits);
      const dying = await openCore(installation, { clock, database });
      await outcomeOf(run(dying));
      await dying.close();
      await database.close();
      await core.database.sql.execute('DELETE FROM jobs');
      const there = await sequences();
      const stored = new Set([...there, ...(await archived()).map(sequenceIn)]);
      expect(old.filter((sequence) => !stored.has(sequence))).toEqual([]);
    }
    await run();
    await keptOnce();
    expect((await sequences()).filter((sequence) => old.includes(sequence)).length).toBeLessThan(3);
    expect((await archives()).every(({ state }) => state === 'done')).toBe(true);
    expect(await findings()).toEqual([]);
  });

  test('what a person did is taken out of the files, and the trail stays whole', async () => {
    expect((await archived()).join('\n')).toContain(MARK);
    const editor = await (await signIn(core, ids, 'editor')).caller();
    const { content } = await core.services.users.export(editor, {});
    expect(content).toContain(MARK);
    const confirm = `erase ${world.people.editor.username}`;
    await core.services.users.erase(editor, { confirm });
    const lines = await archived();
    for (const text of [MARK, ids.editor, world.people.editor.discordId]) {
      expect(lines.join('\n')).not.toContain(text);
    }
    await keptOnce();
    const named = (await archives()).map(({ fileName }) => fileName);
    expect(readdirSync(join(core.settings.DATA_DIR, 'archives')).toSorted()).toEqual(named.toSorted());
    expect(await findings()).toEqual([]);
  });

  test('the records come back under their seals, and go again', async () => {
    for (const { id, rowCount } of await archives()) {
      const result = await core.services.lifecycle.restoreArchive(operator, { archiveId: id });
      expect(result).toEqual({ restored: Number(rowCount), leftOut: 0 });
    }
    expect((await sequences()).filter((sequence) => old.includes(sequence))).toHaveLength(old.length);
    const texts = await readPlainRows(core.database.sql, 'audit_personal', {});
    expect(JSON.stringify(texts)).not.toContain(MARK);
    expect(await findings()).toEqual([]);
    await core.database.sql.execute('DELETE FROM archives');
    await run();
    await keptOnce();
    expect(await findings()).toEqual([]);
  });

  test('a range that is tampered with once it stands in the file stays, and is not counted as gone', async () => {
    const { sql } = core.database;
    for (const { id } of await archives()) {
      await core.services.lifecycle.restoreArchive(operator, { archiveId: id });
    }
    await sql.execute('DELETE FROM archives');
    const columns = { number: column.bigint, row_count: column.int, rows_hash: column.text };
    const [seal] = await sql.query(
      'SELECT number, row_count, rows_hash FROM audit_seals ORDER BY number LIMIT 1',
      [],
      columns,
    );
    const forge = (hash: string) =>
      sql.execute('UPDATE audit_seals SET rows_hash = ? WHERE number = ?', [hash, seal?.number ?? 0n]);
    // By then the records were read, and none of them is gone.
    const tampering = (path: string) =>
      Duplex.from(async (bytes: AsyncIterable<Uint8Array>) => {
        await pipeline(bytes, createWriteStream(path));
        await forge('forged');
      });
    const other = await openCore(installation, { clock, database: core.database, openFile: tampering });
    await run(other);
    await other.close();
    const [archive] = await archives();
    const left = BigInt(seal?.row_count ?? 0);
    expect(left).toBeGreaterThan(0n);
    expect(archive).toMatchObject({ state: 'done' });
    expect((archive?.rowCount ?? 0n) - (archive?.deletedCount ?? 0n)).toBe(left);
    const there = (await sequences()).filter((sequence) => old.includes(sequence));
    expect(BigInt(old.length - there.length)).toBe(archive?.deletedCount);
    await forge(seal?.rows_hash ?? '');
    await core.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    await sql.execute('DELETE FROM archives');
    await run();
    await keptOnce();
    expect(await findings()).toEqual([]);
  });

  test('records that are not those that were sealed stay in their file', async () => {
    const [archive] = await archives();
    const { sql } = core.database;
    const known = await sql.query(
      'SELECT number, rows_hash FROM audit_seals WHERE archive_id IS NOT NULL',
      [],
      { number: column.bigint, rows_hash: column.text },
    );
    await sql.execute('UPDATE audit_seals SET rows_hash = ? WHERE archive_id IS NOT NULL', ['forged']);
    const there = (await sequences()).length;
    const back = core.services.lifecycle.restoreArchive(operator, { archiveId: archive?.id ?? '' });
    expect(await outcomeOf(back)).toBe('internal');
    // What there is more is the record of who asked for it.
    expect(await sequences()).toHaveLength(there + 1);
    for (const { number, rows_hash: hash } of known) {
      await sql.execute('UPDATE audit_seals SET rows_hash = ? WHERE number = ?', [hash, number]);
    }
    expect(await findings()).toEqual([]);
  });

  test('records of a server that is erased stay as they were sealed, without the personal parts', async () => {
    expect((await archived()).join('\n')).toContain(OWNERS);
    const owner = await (await signIn(core, ids, 'owner')).caller();
    const { name } = await core.services.guilds.byId(owner, { guildId: club, includeMembers: false });
    await core.services.lifecycle.eraseGuild(owner, { guildId: club, confirmName: name });
    expect((await archived()).join('\n')).not.toContain(OWNERS);
    await keptOnce();
    for (const { id, rowCount } of await archives()) {
      const result = await core.services.lifecycle.restoreArchive(operator, { archiveId: id });
      expect(result).toEqual({ restored: Number(rowCount), leftOut: 0 });
    }
    expect(await findings()).toEqual([]);
  });
});

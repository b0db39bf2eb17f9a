import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as turn } from 'node:timers/promises';
import { loadSecrets, loadSettings } from '@slimy/config';
import { openDatabase, readPlainRows, repositories, tableNames } from '@slimy/db';
import { describeOnEachEngine, temporaryFolder, variantFixture } from '@slimy/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBackup, type BackupParts } from '../../src/backup/backup.ts';
import { readManifest } from '../../src/backup/manifest.ts';
import { restoreBackup } from '../../src/backup/restore.ts';
import { writeRowFile, type OpenFile } from '../../src/lifecycle/archive-file.ts';
import { erasedFileOf, noteErased } from '../../src/lifecycle/erased-file.ts';
import { newInstallation, openCore, silent, type Installation, type TestCore } from '../support/open-core.ts';
import { storedScreenshot } from '../support/screenshots.ts';
import { club, settleWorld, signIn, world, type WorldIds } from '../support/settle-world.ts';
import { sentPicture } from '../support/uploads.ts';
import { liveFully } from '../lifecycle/full-life.ts';

const progress = () => undefined;

describeOnEachEngine('a backup restored onto the other engine', (fixture) => {
  const elsewhere = variantFixture(fixture.engine === 'sqlite' ? 'mariadb' : 'sqlite', 'local');
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let parts: BackupParts;
  const archiveFile = ({ settings }: Pick<TestCore, 'settings'>) =>
    join(settings.DATA_DIR, 'archives', 'chat-x.jsonl.gz');
  const pictures = ({ settings }: TestCore) =>
    readdirSync(join(settings.DATA_DIR, 'uploads'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    );
  const folder = () => join(temporaryFolder('backup'), 'backup');
  const backUp = (target: string, more: Partial<BackupParts> = {}) =>
    makeBackup(target, { ...parts, ...more }, { now: new Date(), progress });

  /** An empty installation of the other engine, with the same keys unless told otherwise. */
  async function target(keys: 'same' | 'others' = 'same') {
    const environment = {
      DATA_DIR: join(temporaryFolder('restored'), 'data'),
      DATABASE_URL: await elsewhere.databaseUrl(),
    };
    if (keys === 'same') {
      mkdirSync(environment.DATA_DIR, { recursive: true });
      cpSync(join(core.settings.DATA_DIR, 'secrets'), join(environment.DATA_DIR, 'secrets'), {
        recursive: true,
      });
    }
    const settings = loadSettings(environment);
    return { environment, parts: { settings, secrets: loadSecrets(settings), logger: silent } };
  }

  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation);
    parts = { settings: core.settings, secrets: loadSecrets(core.settings), logger: silent };
    ids = await settleWorld(core.database);
    await liveFully(core.database, { userId: ids.owner, discordId: world.people.owner.discordId });
    const { archives } = repositories(core.database);
    const now = new Date();
    const archive = { id: 'x', kind: 'chat', fileName: 'chat-x.jsonl.gz', schemaVersion: '1' };
    await archives.insert({ ...archive, fromInstant: null, beforeInstant: now, createdAt: now });
    await writeRowFile(archiveFile(core), { table: 'chat_messages', schemaVersion: '1' }, [], { now });
    await archives.move('x', 'writing', { state: 'done', finishedAt: now });
    writeFileSync(`${archiveFile(core)}.stray`, 'left behind by a kill');
  });
  afterAll(() => core.close());

  test('is of one instant though others write, and comes back with the same counts and checksums', async () => {
    const owner = await (await signIn(core, ids, 'owner')).caller();
    const stop = new AbortController();
    let ended: Promise<void> | undefined;
    let writes = 0;
    const under = new Promise<void>((resolve, reject) => {
      const load = async (): Promise<void> => {
        while (!stop.signal.aborted) {
          const settings = { notes: `note ${writes}` };
          await core.services.guildSettings.update(owner, { guildId: club, version: writes, settings });
          writes += 1;
          if (writes === 3) resolve();
          // The embedded engine answers at once, and the backup wants its turn.
          await turn(5);
        }
      };
      ended = load().catch(reject);
    });
    await under;
    const made = folder();
    const before = writes;
    const result = await backUp(made);
    expect(writes).toBeGreaterThan(before);
    stop.abort();
    await ended;
    const manifest = await readManifest(made);
    expect(manifest.tables.map(({ table }) => table).toSorted()).toEqual(
      tableNames.filter((table) => table !== 'program_processes').toSorted(),
    );
    const rowsOf = (name: string) => manifest.tables.find(({ table }) => table === name)?.rowCount;
    // Each change writes one record in its transaction: at one instant there are as many as the version says.
    const restored = await target();
    expect(await restoreBackup(made, restored.parts, { verify: true, now: new Date(), progress })).toEqual({
      rows: result.rows,
      tables: result.tables,
      files: 1,
      // The rows of the full life are there without a file behind them.
      missing: [expect.stringMatching(/^uploads\/./)],
      verified: true,
      headsSetAside: null,
    });
    const database = await openDatabase({ url: restored.environment.DATABASE_URL });
    const [settings] = await readPlainRows(database.sql, 'guild_settings', {});
    const records = await readPlainRows(database.sql, 'audit_logs', {
      where: 'action = ?',
      parameters: ['guild.settings.update'],
    });
    const version = Number(settings?.['version']);
    expect(version).toBeGreaterThanOrEqual(3);
    expect(records).toHaveLength(version);
    expect(rowsOf('audit_logs')).toBe(rowsOf('audit_personal'));
    expect(await readPlainRows(database.sql, 'chat_messages', { orderBy: 'id' })).toEqual(
      await readPlainRows(core.database.sql, 'chat_messages', { orderBy: 'id' }),
    );
    await database.close();
    expect(readFileSync(archiveFile(restored.parts))).toEqual(readFileSync(archiveFile(core)));
    await expect(
      restoreBackup(made, restored.parts, { verify: true, now: new Date(), progress }),
    ).rejects.toMatchObject({
      reason: 'already_exists',
    });
  });

  test('begins anew when an erasure writes an archive anew before it is copied', async () => {
    const archives = join(core.settings.DATA_DIR, 'archives');
    let renamed: Promise<unknown> | undefined;
    const made = folder();
    const rename = (from: string, to: string) => {
      renameSync(join(archives, from), join(archives, to));
      return core.database.sql.execute('UPDATE archives SET file_name = ?', [to]);
    };
    await makeBackup(made, parts, {
      now: new Date(),
      progress: ({ step }) => {
        if (step === 'archives') renamed ??= rename('chat-x.jsonl.gz', 'chat-y.jsonl.gz');
      },
    });
    await renamed;
    const { files } = await readManifest(made);
    expect(files.map(({ path }) => path)).toEqual([join('archives', 'chat-y.jsonl.gz')]);
    await rename('chat-y.jsonl.gz', 'chat-x.jsonl.gz');
  });

  test('is refused with other keys, and when a file of it was changed', async () => {
    const made = folder();
    await backUp(made);
    const others = await target('others');
    await expect(
      restoreBackup(made, others.parts, { verify: true, now: new Date(), progress }),
    ).rejects.toMatchObject({
      reason: 'not_configured',
    });
    const file = join(made, 'tables', 'users.jsonl.gz');
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x')]));
    const restored = await target();
    await expect(
      restoreBackup(made, restored.parts, { verify: true, now: new Date(), progress }),
    ).rejects.toThrow('is not the one that was written');
  });

  test.each(['../outside.txt', 'uploads/../../outside.txt', '/outside.txt', 'secrets/audit-key'])(
    'is refused when it names a file at %s',
    async (path) => {
      const made = folder();
      await backUp(made);
      const file = join(made, 'manifest.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      manifest.files.push({ path, bytes: 1, sha256: 'a'.repeat(64) });
      writeFileSync(file, JSON.stringify(manifest));
      const restored = await target();
      await expect(
        restoreBackup(made, restored.parts, { verify: false, now: new Date(), progress }),
      ).rejects.toMatchObject({
        reason: 'not_found',
      });
    },
  );

  test('a full disk is a clear error and leaves no half backup', async () => {
    const full = () =>
      new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
      });
    const made = folder();
    await expect(backUp(made, { openFile: full })).rejects.toThrow('The disk is full');
    const atTheEnd: OpenFile = (file) => (file.endsWith('manifest.json') ? full() : createWriteStream(file));
    const ended = backUp(made, { openFile: atTheEnd });
    await expect(ended).rejects.toThrow(
      `The disk is full: ${made}.partial/manifest.json could not be written.`,
    );
    await expect(ended).rejects.toMatchObject({ reason: 'not_configured' });
    expect(existsSync(made) || existsSync(`${made}.partial`)).toBe(false);
  });

  test('who was erased since does not come back with it, nor do their pictures', async () => {
    const made = folder();
    const member = await (await signIn(core, ids, 'member')).caller();
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#1a8058' } })
      .png()
      .toBuffer();
    const uploadId = await sentPicture(core, member, picture);
    await storedScreenshot(core, member, {}, { uploadId });
    expect(pictures(core)).not.toEqual([]);
    await backUp(made);
    await core.services.users.erase(member, { confirm: `erase ${world.people.member.username}` });
    const restored = await target();
    await restoreBackup(made, restored.parts, { verify: true, now: new Date(), progress });
    const there = await openCore({
      url: restored.environment.DATABASE_URL,
      fixture: elsewhere,
      environment: restored.environment,
    });
    const file = erasedFileOf(core.settings.DATA_DIR);
    const elsewhereOwner = await (await signIn(core, ids, 'ownerElsewhere')).caller();
    const confirmName = world.guilds.other.name;
    await core.services.lifecycle.eraseGuild(elsewhereOwner, { guildId: world.guilds.other.id, confirmName });
    // Somebody who came and went after the backup.
    const later = {
      discordIdHash: 'a'.repeat(64),
      userIdHash: 'b'.repeat(64),
      erasedAt: '2026-11-22T14:00:00Z',
    };
    await noteErased(file, later);
    expect(readFileSync(file, 'utf8')).not.toContain(ids.member);
    const task = there.tasks.get('restore.finish');
    const run = {
      caller: { actor: { kind: 'system', task: 'test' }, request: member.request } as const,
      progress,
    };
    const restoredFacts = { rows: 1, files: 1, missing: 0, headsSetAside: null };
    const input = { erasedList: file, restored: restoredFacts };
    expect(await task?.run(input, { ...run, signal: new AbortController().signal })).toEqual({
      erased: 1,
      erasedGuilds: 1,
    });
    const guilds = (await readPlainRows(there.database.sql, 'guilds', {})).map(({ id }) => id);
    expect(guilds).toContain(world.guilds.club.id);
    expect(guilds).not.toContain(world.guilds.other.id);
    expect(pictures(there)).toEqual([]);
    const users = JSON.stringify(await readPlainRows(there.database.sql, 'users', {}));
    expect(users).not.toContain(ids.member);
    expect(users).toContain(ids.admin);
    const list = repositories(there.database).erasedPeople;
    expect(await list.absentDiscordIds([later.discordIdHash])).toEqual(new Set([later.discordIdHash]));
    await there.close();
  });
});

import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { insertPlainRows, openSnapshot, repositories, timeOrderedId } from '@slimy/db';
import { describeOnEachEngine, temporaryFolder } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataExports } from '../../src/lifecycle/data-export.ts';
import type { OpenFile } from '../../src/lifecycle/archive-file.ts';
import { openFileStore, type FileStore } from '../../src/uploads/file-store.ts';
import { newInstallation, openCore, type Installation, type TestCore } from '../support/open-core.ts';
import { club, settleWorld, signIn, theBot, type WorldIds } from '../support/settle-world.ts';

const TALKED = 600;
const DAY = 86_400_000;

interface Kept {
  readonly rows: readonly {
    readonly table: string;
    readonly archive?: string;
    readonly row: Record<string, unknown>;
  }[];
  readonly files: readonly Record<string, unknown>[];
  readonly missing: readonly string[];
  readonly rowCount: number;
}

const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** A disk that is full from a write on, counted from 1; at the end without one. It says so a turn later. */
function fullAt(write: number | null): OpenFile {
  return (file) => {
    const real = createWriteStream(file);
    let writes = 0;
    return new Writable({
      highWaterMark: 16_777_216,
      async write(chunk, _encoding, done) {
        writes += 1;
        await turn();
        if (writes === write) done(noSpace());
        else real.write(chunk, done);
      },
      final: (done) => (write === null ? done(noSpace()) : real.end(done)),
      destroy(error, done) {
        real.destroy();
        real.once('close', () => done(error));
      },
    });
  };
}

describeOnEachEngine('exports into files', (fixture) => {
  const now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let files: FileStore;

  /** Messages of somebody in the club, from a place in its conversation on. */
  async function talk(userId: string, first: number, count: number, at = now): Promise<void> {
    const message = (index: number) => ({
      id: timeOrderedId(at),
      guild_id: club,
      user_id: userId,
      sequence: String(first + index),
      role: 'user',
      text: `message ${first + index} 🐌`,
      admin_only: false,
      created_at: at.toISOString(),
    });
    const rows = Array.from({ length: count }, (_, index) => message(index));
    await core.database.transaction(async ({ sql }) => {
      await insertPlainRows(sql, 'chat_messages', rows);
      await sql.execute('UPDATE guilds SET message_count = message_count + ? WHERE id = ?', [count, club]);
    });
  }

  function exportsWith(more: { readonly openFile?: OpenFile; readonly mostBytes?: number }): DataExports {
    return new DataExports({
      database: core.database,
      openView: () => openSnapshot({ url: installation.url }),
      clock,
      files,
      dataDir: core.settings.DATA_DIR,
      ...more,
    });
  }

  const archive = (kind: 'chat' | 'audit' = 'chat') =>
    core.tasks
      .get('archive')
      ?.run(
        { kind, preview: false },
        { caller: theBot, progress: () => undefined, signal: new AbortController().signal },
      );

  /** Exports while something happens after the first rows were written, and gives the rows. */
  async function exportedWhile(
    subject: { userId: string } | { guildId: string },
    work: () => Promise<unknown>,
  ): Promise<Kept['rows']> {
    const file = join(temporaryFolder('export'), 'while.json');
    let writes = 0;
    const interrupted: OpenFile = (path) => {
      const real = createWriteStream(path);
      return new Writable({
        // Nothing is read ahead of what is written.
        highWaterMark: 1,
        async write(chunk, _encoding, done) {
          writes += 1;
          if (writes === 2)
            failed = await work().then(
              () => null,
              (error: unknown) => error,
            );
          real.write(chunk, done);
        },
        final: (done) => real.end(done),
      });
    };
    let failed: unknown = 'not begun';
    await exportsWith({ openFile: interrupted }).write(file, subject, () => undefined);
    expect(failed).toBeNull();
    const kept: Kept = JSON.parse(readFileSync(file, 'utf8'));
    expect(kept.rows).toHaveLength(kept.rowCount);
    return kept.rows;
  }

  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation, { clock });
    ids = await settleWorld(core.database);
    files = await openFileStore(core.settings);
    await talk(ids.member, 1, TALKED);
  });
  afterAll(async () => {
    files.close();
    await core.close();
  });

  test.each([
    ['the first write', 1],
    ['a write in the middle', 3],
    ['its close', null],
  ])('a disk that is full at %s is a clear error and leaves no file', async (_when, write) => {
    const folder = temporaryFolder('export');
    const file = join(folder, 'person.json');
    const full = exportsWith({ openFile: fullAt(write) });
    const subject = { userId: ids.member };
    await expect(full.write(file, subject, () => undefined)).rejects.toMatchObject({
      reason: 'not_configured',
      message: `The disk is full: ${file} could not be written.`,
    });
    expect(readdirSync(folder)).toEqual([]);
    await exportsWith({}).write(file, subject, () => undefined);
    expect(existsSync(file)).toBe(true);
  });

  test('an answer is bounded by its bytes, and says which command writes the file', async () => {
    const { content, rowCount } = await exportsWith({}).answer({ guildId: club });
    const bytes = Buffer.byteLength(content);
    expect(bytes, 'snails are of several bytes').toBeGreaterThan(content.length);
    const just = exportsWith({ mostBytes: bytes });
    expect((await just.answer({ guildId: club })).rowCount).toBe(rowCount);
    const less = exportsWith({ mostBytes: bytes - 1 });
    await expect(less.answer({ guildId: club })).rejects.toMatchObject({
      reason: 'not_configured',
      details: { remedy: expect.stringContaining(`"slimy export-guild ${club}"`) },
    });
    const none = exportsWith({ mostBytes: 100 });
    await expect(none.answer({ userId: ids.member })).rejects.toMatchObject({
      details: { remedy: expect.stringContaining(`"slimy export-user ${ids.member}"`) },
    });
  });

  test('rows in archives are in it, each once, also after they were brought back and archived again', async () => {
    const old = new Date(now.getTime() - 300 * DAY);
    await talk(ids.editor, 10_001, 3, old);
    await talk(ids.admin, 20_001, 2, old);
    const policy = { kind: 'chat', enabled: true, action: 'archive', days: 180, updatedById: null } as const;
    await repositories(core.database).retentionPolicies.save(policy, 0, now);
    const messagesOf = async (subject: { userId: string } | { guildId: string }) => {
      const kept: Kept = JSON.parse((await exportsWith({}).answer(subject)).content);
      expect(kept.rows).toHaveLength(kept.rowCount);
      expect(kept.missing).toEqual([]);
      const messages = kept.rows.filter(({ table }) => table === 'chat_messages');
      const places = messages.map(({ row }) => Number(row['sequence'])).toSorted((a, b) => a - b);
      return { places, archived: messages.filter((message) => message.archive !== undefined).length };
    };
    const ofEditor = [10_001, 10_002, 10_003];
    await archive();
    expect(await messagesOf({ userId: ids.editor })).toEqual({ places: ofEditor, archived: 3 });
    const ofClub = await messagesOf({ guildId: club });
    expect(ofClub.places).toHaveLength(TALKED + 5);
    expect(ofClub.archived).toBe(5);
    const [first] = await repositories(core.database).archives.inStates(['done'], 1);
    await core.services.lifecycle.restoreArchive(theBot, { archiveId: first?.id ?? '' });
    expect(await messagesOf({ userId: ids.editor })).toEqual({ places: ofEditor, archived: 0 });
    await archive();
    expect(await messagesOf({ userId: ids.editor })).toEqual({ places: ofEditor, archived: 3 });
  });

  test('rows that move into an archive while it is written are in it once, and so are those that come back', async () => {
    const places = (rows: Kept['rows']) =>
      rows
        .filter(({ table }) => table === 'chat_messages')
        .map(({ row }) => Number(row['sequence']))
        .toSorted((a, b) => a - b);
    const old = new Date(now.getTime() - 300 * DAY);
    await talk(ids.moderator, 30_001, 450, old);
    const all = Array.from({ length: 450 }, (_, index) => 30_001 + index);
    const subject = { userId: ids.moderator };
    expect(places(await exportedWhile(subject, async () => archive()))).toEqual(all);
    const done = await repositories(core.database).archives.inStates(['done'], 100);
    const archiveId = done.at(-1)?.id ?? '';
    const back = () => core.services.lifecycle.restoreArchive(theBot, { archiveId });
    expect(places(await exportedWhile(subject, back))).toEqual(all);
    expect(places(await exportedWhile(subject, async () => archive()))).toEqual(all);
    expect(places(await exportedWhile(subject, async () => undefined))).toEqual(all);
  });

  test('pictures are in it with their bytes, only listed in an answer they do not fit into, and named when lost', async () => {
    const bytes = Buffer.alloc(4_000, 'picture');
    const upload = (id: string) => ({
      id,
      user_id: ids.admin,
      guild_id: null,
      purpose: 'screenshot',
      state: 'stored',
      original_name: `${id}.png`,
      bytes: bytes.length,
      content_type: 'image/png',
      storage_key: `screenshot/${id}`,
      created_at: now.toISOString(),
      stored_at: now.toISOString(),
    });
    const [kept, lost] = [timeOrderedId(), timeOrderedId()];
    await insertPlainRows(core.database.sql, 'uploads', [upload(kept), upload(lost)]);
    await files.write(`screenshot/${kept}`, bytes, 'image/png');
    const subject = { userId: ids.admin };
    const whole = await exportsWith({}).answer(subject);
    const shown = (id: string, content: string | null) => ({
      uploadId: id,
      name: `${id}.png`,
      contentType: 'image/png',
      bytes: bytes.length,
      content,
    });
    const withBytes = { files: [shown(kept, bytes.toString('base64')), shown(lost, null)], missing: [lost] };
    expect(JSON.parse(whole.content)).toMatchObject(withBytes);
    const listed = await exportsWith({ mostBytes: whole.content.length - 1 }).answer(subject);
    expect(JSON.parse(listed.content)).toMatchObject({
      files: [shown(kept, null), shown(lost, null)],
      missing: [],
    });
    const file = join(temporaryFolder('export'), 'person.json');
    await exportsWith({ mostBytes: 1 }).write(file, subject, () => undefined);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(withBytes);
  });

  test('what others did to a person is in it, and nothing of who did it', async () => {
    const { members } = core.services;
    const admin = await (await signIn(core, ids, 'admin')).caller();
    const roles = ['editor'] as const;
    await members.setRoles(admin, { guildId: club, userId: ids.member, roles: [...roles] });
    await members.setRolesMany(admin, {
      guildId: club,
      members: [
        { userId: ids.member, roles: [] },
        { userId: ids.editor, roles: [] },
      ],
      partial: false,
    });
    const { content } = await exportsWith({}).answer({ userId: ids.member });
    const kept: Kept = JSON.parse(content);
    const [act, bulk, ...others] = kept.rows.filter(
      ({ table, row }) => table === 'audit_logs' && row['resource_type'] === 'guild_member',
    );
    expect(others).toEqual([]);
    expect(act?.row).toMatchObject({ guild_id: club, success: true, actor_kind: 'user' });
    expect(JSON.stringify(act?.row['after'])).toContain('editor');
    expect(JSON.stringify(bulk?.row['before'])).toContain('editor');
    expect(JSON.stringify(bulk?.row['after'])).not.toContain('editor');
    const actor = await repositories(core.database).users.byId(ids.admin);
    expect(content).toContain(String(act?.row['id']));
    const editor = await repositories(core.database).users.byId(ids.editor);
    for (const name of [
      ids.editor,
      editor?.auditRef,
      ids.admin,
      actor?.auditRef,
      actor?.discordId,
      actor?.username,
    ]) {
      expect(content).not.toContain(String(name));
    }
    expect(Object.keys(act?.row ?? {})).not.toContain('personal_hmac');
  });
});

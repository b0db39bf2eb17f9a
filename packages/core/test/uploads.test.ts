import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { readdir } from 'node:fs/promises';
import { LocalStorageAdapter } from '@flystorage/local-fs';
import { describeOnEachEngine, temporaryFolder, type WorldPersonName } from '@slimy/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { column } from '@slimy/db';
import { fileStore, openFileStore } from '../src/uploads/file-store.ts';
import { auditTrail, outcomeOf, parsed } from './support/calls.ts';
import { newInstallation, openCore, type Installation, type TestCore } from './support/open-core.ts';
import { startS3, type PrivateS3 } from './support/s3-server.ts';
import { club, other, request, settleWorld, signIn, world, type WorldIds } from './support/settle-world.ts';
import { storedScreenshot } from './support/screenshots.ts';
import { addressed } from './support/uploads.ts';

const HOUR = 3_600_000;

describeOnEachEngine('uploads', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let onS3: TestCore;
  let s3: PrivateS3;
  let ids: WorldIds;
  let picture: Buffer;
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const folder = temporaryFolder('uploads');

  beforeAll(async () => {
    s3 = await startS3();
    const quotas = { UPLOAD_QUOTA_PERSON_MB: '15', UPLOAD_QUOTA_GUILD_MB: '40' };
    installation = await newInstallation(fixture, { STORAGE_URL: `file:${folder}`, ...quotas });
    core = await openCore(installation, { clock });
    const { database, cache, signals } = core;
    const environment = { ...installation.environment, ...s3.settings };
    onS3 = await openCore({ ...installation, environment }, { clock, database, cache, signals });
    ids = await settleWorld(core.database);
    picture = await sharp({ create: { width: 1400, height: 700, channels: 3, background: '#1a8058' } })
      .png()
      .toBuffer();
  });
  afterAll(async () => {
    await onS3.close();
    await core.close();
    await s3.stop();
  });

  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();
  const announce = async (name: WorldPersonName, input: object = {}, process = core) =>
    process.services.uploads.create(
      await as(name),
      parsed('upload.create', { purpose: 'snail-analyze', bytes: picture.length, ...input }),
    );
  const put = (url: string, file: Uint8Array, process = core) => {
    const { id, use } = addressed(url);
    return process.uploads.receive(id, use, Readable.from([file]), request);
  };
  const view = async (url: string, process = core) => {
    const { id, variant, use } = addressed(url);
    const { content, ...shown } = await process.uploads.view(id, variant, use);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    return { ...shown, file: Buffer.concat(chunks) };
  };

  test('go from a ticket to a picture that only their sender can ask for, in a folder and in a bucket', async () => {
    for (const process of [core, onS3]) {
      const { uploadId, url } = await announce('member', { originalName: '../../etc/passwd.png' }, process);
      const byId = async (name: WorldPersonName) =>
        process.services.uploads.byId(await as(name), { uploadId });
      expect(await byId('member')).toMatchObject({ state: 'waiting', addresses: null });
      await put(url, picture, process);
      await put(url, picture, process);
      const stored = await byId('member');
      expect(stored).toMatchObject({
        state: 'stored',
        contentType: 'image/png',
        width: 1400,
        height: 700,
        originalName: '../../etc/passwd.png',
      });
      const { original, preview, thumbnail } = stored.addresses!;
      for (const [address, width] of [
        [original, 1400],
        [preview, 1280],
        [thumbnail, 320],
      ] as const) {
        const shown = await view(address, process);
        expect((await sharp(shown.file).metadata()).width).toBe(width);
        expect(shown.maxAgeSeconds).toBeLessThanOrEqual(300);
      }
      for (const name of ['owner', 'outsider', 'operator'] as const)
        expect(await outcomeOf(byId(name))).toBe('not_found');
      await process.services.uploads.delete(await as('member'), { uploadId });
      expect(await outcomeOf(byId('member'))).toBe('not_found');
      expect(await outcomeOf(view(original, process))).toBe('not_found');
    }
    const names = await core.database.sql.query('SELECT storage_key FROM uploads', [], {
      storage_key: column.text,
    });
    for (const { storage_key: name } of names)
      expect(name).toMatch(/^snail-analyze\/\d{4}-\d\d\/[\w-]{22}(\.[\w-]{22})?$/);
    const done = (await auditTrail(core, 'upload.store')).map(({ user_id }) => user_id);
    expect(done).toEqual([ids.member, ids.member]);
  });

  test('are taken and shown under signed addresses alone, for their time', async () => {
    const { uploadId, url } = await announce('club');
    const { id, use } = addressed(url);
    const body = () => Readable.from([picture]);
    const wrong = [
      { ...use, signature: `${use.signature.slice(1)}A` },
      { ...use, signature: '' },
      { ...use, expires: use.expires + 1 },
      { ...use, expires: Number.NaN },
    ];
    for (const forged of wrong)
      expect(await outcomeOf(core.uploads.receive(id, forged, body(), request))).toBe('bad_credentials');
    // A ticket shows nothing, and one of another upload is none.
    expect(await outcomeOf(core.uploads.view(id, 'original', use))).toBe('bad_credentials');
    const another = await announce('club');
    expect(await outcomeOf(core.uploads.receive(another.uploadId, use, body(), request))).toBe(
      'bad_credentials',
    );
    await put(url, picture);
    const { addresses } = await core.services.uploads.byId(await as('club'), { uploadId });
    ahead = 6 * 60_000;
    expect(await outcomeOf(view(addresses!.original))).toBe('bad_credentials');
    ahead = 2 * HOUR;
    expect(await outcomeOf(put(another.url, picture))).toBe('bad_credentials');
    ahead = 0;
  });

  test('are what was announced, by their content', async () => {
    const html = Buffer.from('<!doctype html><script>alert(1)</script>');
    const disguised = await announce('editor', { bytes: html.length, originalName: 'cat.png' });
    expect(await outcomeOf(put(disguised.url, html))).toBe('unsupported_file');
    const { uploadId } = disguised;
    const refused = await core.services.uploads.byId(await as('editor'), { uploadId });
    expect(refused).toMatchObject({ state: 'refused', addresses: null });
    expect(refused.refusal).toMatch(/^The content is not one of: image\/jpeg/);
    expect(await outcomeOf(put(disguised.url, picture))).toBe('unsupported_file');

    const gif = await sharp(picture).gif().toBuffer();
    const gallery = await announce('editor', { guildId: club, purpose: 'guild-gallery', bytes: gif.length });
    expect(await outcomeOf(put(gallery.url, gif))).toBe('unsupported_file');

    const { url } = await announce('editor');
    expect(await outcomeOf(put(url, picture.subarray(1)))).toBe('invalid_input');
    expect(await outcomeOf(put(url, Buffer.concat([picture, picture])))).toBe('body_too_large');
    expect(await outcomeOf(put(url, picture))).toBe('allowed');
  });

  test('of a guild are found in that guild alone, and deleted by their sender or a moderator', async () => {
    const { uploads } = core.services;
    const { uploadId } = await announce('club', { guildId: club, purpose: 'club-roster' });
    const theirs = { guildId: club, uploadId };
    expect(await uploads.byId(await as('editor'), theirs)).toMatchObject({ guildId: club, state: 'waiting' });
    expect(await outcomeOf(uploads.byId(await as('club'), { uploadId }))).toBe('not_found');
    const foreign = uploads.byId(await as('adminElsewhere'), { guildId: other, uploadId });
    expect(await outcomeOf(foreign)).toBe('not_found');
    expect(await outcomeOf(uploads.delete(await as('editor'), theirs))).toBe('action_not_allowed');
    expect(await outcomeOf(uploads.delete(await as('moderator'), theirs))).toBe('allowed');
    await core.services.guildSettings.update(await as('owner'), {
      guildId: club,
      version: 0,
      settings: { uploadsEnabled: false },
    });
    expect(await outcomeOf(announce('club', { guildId: club, purpose: 'club-roster' }))).toBe(
      'not_configured',
    );
  });

  test('are bounded in number and in what one person may keep', async () => {
    const of = (purpose: string, bytes: number) =>
      outcomeOf(
        announce('admin', { purpose, bytes, ...(purpose !== 'snail-analyze' && { guildId: other }) }),
      );
    expect(await outcomeOf(announce('admin', { bytes: 10_485_760 }))).toBe('allowed');
    expect(await of('snail-analyze', 5_242_880)).toBe('allowed');
    expect(await of('snail-analyze', 1)).toBe('quota_exceeded');
    for (let sent = 0; sent < 8; sent += 1) await announce('outsider', { bytes: 1 });
    expect(await outcomeOf(announce('outsider', { bytes: 1 }))).toBe('quota_exceeded');
  });

  test('take turns in a quota, however many are announced at once', async () => {
    const at = await as('moderator');
    const input = parsed('upload.create', { purpose: 'snail-analyze', bytes: 5_242_880 });
    const outcomes = await Promise.all(
      Array.from({ length: 7 }, () => outcomeOf(core.services.uploads.create(at, input))),
    );
    expect(outcomes.toSorted()).toEqual([...Array(3).fill('allowed'), ...Array(4).fill('quota_exceeded')]);
  });

  test('of which two are sent to one address at once are one file or the other, never parts of both', async () => {
    const files = async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).length;
    // Of one length, each with a size of its own.
    const pictures = await Promise.all(
      [640, 320].map(async (width) => {
        const blank = { create: { width, height: 200, channels: 3, background: '#1a8058' } } as const;
        return sharp(blank).png().toBuffer();
      }),
    );
    const bytes = Math.max(...pictures.map(({ length }) => length));
    const [wide = picture, narrow = picture] = pictures.map((one) =>
      Buffer.concat([one, Buffer.alloc(bytes - one.length)]),
    );
    for (let round = 0; round < 5; round += 1) {
      const before = await files();
      const { uploadId, url } = await announce('editor', { bytes });
      const outcomes = await Promise.all([wide, narrow].map((file) => outcomeOf(put(url, file))));
      expect(outcomes.toSorted()).toEqual(['allowed', 'changed_meanwhile']);
      const kept = await core.services.uploads.byId(await as('editor'), { uploadId });
      expect(kept).toMatchObject({ state: 'stored', width: outcomes[0] === 'allowed' ? 640 : 320 });
      const { file } = await view(kept.addresses?.original ?? '');
      expect((await sharp(file).metadata()).width).toBe(kept.width);
      const { content_hash: hash } = (await core.database.sql.one(
        'SELECT content_hash FROM uploads WHERE id = ?',
        [uploadId],
        { content_hash: column.text },
      )) ?? { content_hash: '' };
      expect(createHash('sha256').update(file).digest('hex')).toBe(hash);
      expect(await files()).toBe(before + 3);
      await core.services.uploads.delete(await as('editor'), { uploadId });
    }
  });

  test('of a killed process are replaced by those that are sent again', async () => {
    const { uploadId, url } = await announce('editor');
    const { database } = core;
    const [row] = await database.sql.query('SELECT storage_key FROM uploads WHERE id = ?', [uploadId], {
      storage_key: column.text,
    });
    const begun = `${row?.storage_key}.${'x'.repeat(22)}`;
    await database.sql.execute('UPDATE uploads SET storage_key = ? WHERE id = ?', [begun, uploadId]);
    const store = await openFileStore(core.settings);
    await store.write(begun, picture, 'image/png');
    await put(url, picture);
    expect(await store.has(begun)).toBe(false);
    store.close();
    const kept = await core.services.uploads.byId(await as('editor'), { uploadId });
    expect((await view(kept.addresses?.original ?? '')).file.length).toBeGreaterThan(0);
    await core.services.uploads.delete(await as('editor'), { uploadId });
  });

  test('of one person take two places at most, so that others can send theirs', async () => {
    const begun = await Promise.all([1, 2].map(() => announce('editor', { bytes: picture.length })));
    const slow = begun.map(({ url }) => {
      const body = new PassThrough();
      const { id, use } = addressed(url);
      return { body, outcome: outcomeOf(core.uploads.receive(id, use, body, request)) };
    });
    const third = await announce('editor');
    await expect.poll(() => outcomeOf(put(third.url, picture))).toBe('too_busy');
    const others = await announce('member');
    expect(await outcomeOf(put(others.url, picture))).toBe('allowed');
    for (const { body } of slow) body.end(picture);
    expect(await Promise.all(slow.map(({ outcome }) => outcome))).toEqual(['allowed', 'allowed']);
    expect(await outcomeOf(put(third.url, picture))).toBe('allowed');
    for (const { uploadId } of [...begun, third])
      await core.services.uploads.delete(await as('editor'), { uploadId });
    await core.services.uploads.delete(await as('member'), { uploadId: others.uploadId });
  });

  test('that nothing uses are gone after a day, with their files', async () => {
    const { uploadId, url } = await announce('owner');
    const kept = await announce('owner');
    await put(url, picture);
    await put(kept.url, picture);
    await storedScreenshot(core, await as('owner'), {}, { uploadId: kept.uploadId });
    expect(
      await outcomeOf(core.services.uploads.delete(await as('owner'), { uploadId: kept.uploadId })),
    ).toBe('in_use');
    ahead = 25 * HOUR;
    await core.jobs.runDue();
    const left = await core.database.sql.query('SELECT id FROM uploads', [], { id: column.text });
    expect(left).toEqual([{ id: kept.uploadId }]);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    expect(files).toHaveLength(3);
    ahead = 0;
    expect(await outcomeOf(core.services.uploads.byId(await as('owner'), { uploadId }))).toBe('not_found');
  });

  test('that are deleted, or whose sender is erased, while their bytes arrive leave no file behind', async () => {
    const late = temporaryFolder('late');
    const adapter = new LocalStorageAdapter(late);
    const write = adapter.write.bind(adapter);
    let meanwhile: () => Promise<unknown> = async () => undefined;
    adapter.write = async (...given) => {
      await meanwhile();
      await write(...given);
    };
    const { database, cache, signals } = core;
    const process = await openCore(installation, {
      clock,
      database,
      cache,
      signals,
      files: fileStore(adapter),
    });
    const sweep = async () => {
      ahead += HOUR;
      await process.jobs.runDue();
    };
    const once = (work: () => Promise<unknown>) => {
      meanwhile = async () => {
        meanwhile = async () => undefined;
        await work();
      };
    };
    const rowsOf = async (uploadId: string) =>
      database.sql.query('SELECT id FROM uploads WHERE id = ?', [uploadId], { id: column.text });
    const files = async () =>
      (await readdir(late, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const remove = async (uploadId: string) =>
      process.services.uploads.delete(await as('outsider'), { uploadId });

    const deleted = await announce('outsider', {}, process);
    once(() => remove(deleted.uploadId));
    expect(await outcomeOf(put(deleted.url, picture, process))).toBe('not_found');
    expect(await files()).toEqual([]);

    const swept = await announce('outsider', {}, process);
    once(async () => {
      await remove(swept.uploadId);
      await sweep();
    });
    expect(await outcomeOf(put(swept.url, picture, process))).toBe('not_found');
    expect([await rowsOf(swept.uploadId), await files()]).toEqual([[], []]);

    const erased = await announce('outsider', {}, process);
    const outsider = await as('outsider');
    once(() =>
      process.services.users.erase(outsider, { confirm: `erase ${world.people.outsider.username}` }),
    );
    expect(await outcomeOf(put(erased.url, picture, process))).toBe('not_found');
    expect([await rowsOf(erased.uploadId), await files()]).toEqual([[], []]);
    await process.close();
  });

  test('say so when there is no room left, and leave nothing half kept', async () => {
    const half = temporaryFolder('full');
    const full = new LocalStorageAdapter(half);
    let written = 0;
    const write = full.write.bind(full);
    full.write = async (...given) => {
      written += 1;
      if (written > 1) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      await write(...given);
    };
    const { database, cache, signals } = core;
    const crowded = await openCore(installation, { database, cache, signals, files: fileStore(full) });
    const { uploadId, url } = await announce('moderator', {}, crowded);
    await expect(put(url, picture, crowded)).rejects.toMatchObject({
      reason: 'storage_full',
      message: 'There is no room for files left on the server. Nothing was kept.',
    });
    const files = (await readdir(half, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    expect(files).toEqual([]);
    const mine = await crowded.services.uploads.byId(await as('moderator'), { uploadId });
    expect(mine.state).toBe('waiting');
    written = -3;
    await put(url, picture, crowded);
    const stored = await crowded.services.uploads.byId(await as('moderator'), { uploadId });
    expect(await outcomeOf(view(stored.addresses!.original, crowded))).toBe('allowed');
    await crowded.close();
  });
});

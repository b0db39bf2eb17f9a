import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadSecrets, loadSettings } from '@slimy/config';
import { openDatabase } from '@slimy/db';
import { describeOnEachEngine, temporaryFolder } from '@slimy/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBackup } from '../../src/backup/backup.ts';
import { readManifest } from '../../src/backup/manifest.ts';
import { restoreBackup } from '../../src/backup/restore.ts';
import { databaseOptions } from '../../src/process/open-database.ts';
import { endRestore } from '../../src/process/unfinished-restore.ts';
import { openFileStore, type FileStore } from '../../src/uploads/file-store.ts';
import { parsed } from '../support/calls.ts';
import { newInstallation, openCore, silent, type TestCore } from '../support/open-core.ts';
import { startS3, type PrivateS3 } from '../support/s3-server.ts';
import { request, settleWorld, signIn } from '../support/settle-world.ts';

type StorageSettings = Readonly<Record<string, string>>;

describeOnEachEngine('uploads in a backup', (fixture) => {
  const folder = temporaryFolder('uploads');
  let s3: PrivateS3;
  let core: TestCore;
  let pictures: readonly { readonly name: string; readonly content: Buffer }[];

  const inFolder = (path: string): StorageSettings => ({ STORAGE_URL: `file:${path}` });
  const inBucket = (prefix: string): StorageSettings => ({
    ...s3.settings,
    STORAGE_URL: s3.settings.STORAGE_URL.replace('/kept', `/${prefix}`),
  });
  const open = (storage: StorageSettings): Promise<FileStore> => openFileStore(loadSettings(storage));

  async function contentOf(store: FileStore, name: string): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.read(name)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** A set-up of its own with the keys of the first, and an empty database. */
  async function setUp(storage: StorageSettings) {
    const { environment } = await newInstallation(fixture, storage);
    mkdirSync(environment['DATA_DIR'] ?? '', { recursive: true });
    const secrets = join(environment['DATA_DIR'] ?? '', 'secrets');
    cpSync(join(core.settings.DATA_DIR, 'secrets'), secrets, { recursive: true });
    const settings = loadSettings(environment);
    return { settings, secrets: loadSecrets(settings), logger: silent };
  }
  type SetUp = Awaited<ReturnType<typeof setUp>>;
  const backUp = async (from: Pick<SetUp, 'settings'>, files?: FileStore) => {
    const target = join(temporaryFolder('backup'), 'backup');
    const parts = { settings: from.settings, secrets: loadSecrets(from.settings), logger: silent, files };
    const result = await makeBackup(target, parts, { now: new Date(), progress: () => undefined });
    return { target, result };
  };
  const run = { verify: true, now: new Date(), progress: () => undefined };

  beforeAll(async () => {
    s3 = await startS3();
    core = await openCore(await newInstallation(fixture, inFolder(folder)));
    const ids = await settleWorld(core.database);
    const member = await (await signIn(core, ids, 'member')).caller();
    for (const width of [900, 40]) {
      const picture = await sharp({ create: { width, height: 30, channels: 3, background: '#1a8058' } })
        .png()
        .toBuffer();
      const announced = parsed('upload.create', { purpose: 'snail-analyze', bytes: picture.length });
      const { uploadId, url } = await core.services.uploads.create(member, announced);
      const { searchParams } = new URL(url, 'http://slimy');
      const use = {
        expires: Number(searchParams.get('expires')),
        signature: searchParams.get('signature') ?? '',
      };
      await core.uploads.receive(uploadId, use, Readable.from([picture]), request);
    }
    const { target } = await backUp(core);
    const names = (await readManifest(target)).files.map(({ path }) => path.replace('uploads/', ''));
    const store = await open(inFolder(folder));
    pictures = await Promise.all(
      names.map(async (name) => ({ name, content: await contentOf(store, name) })),
    );
    store.close();
  });
  afterAll(async () => {
    await core.close();
    await s3.stop();
  });

  test('go from a folder to a bucket, from there to another bucket and back into a folder, byte by byte', async () => {
    expect(pictures).toHaveLength(6);
    let from: Pick<SetUp, 'settings'> = core;
    for (const storage of [inBucket('first'), inBucket('second'), inFolder(temporaryFolder('back'))]) {
      const { target, result } = await backUp(from);
      expect(result).toMatchObject({ files: 6, missing: [] });
      const there = await setUp(storage);
      expect(await restoreBackup(target, there, run)).toMatchObject({
        files: 6,
        missing: [],
        verified: true,
      });
      const store = await open(storage);
      for (const { name, content } of pictures) expect(await contentOf(store, name)).toEqual(content);
      store.close();
      // No program would make a backup of it before.
      const restored = await openDatabase(databaseOptions(there.settings, silent));
      await endRestore(restored);
      await restored.close();
      from = there;
    }
  });

  test('that a storage gives back as something else are found by the verification', async () => {
    const { target } = await backUp(core);
    const there = await setUp(inFolder(temporaryFolder('damaged')));
    const store = await openFileStore(there.settings);
    const damaging = {
      ...store,
      writeFrom: (name: string, _content: Readable, { contentType }: { contentType: string }) =>
        store.write(name, Buffer.from('something else'), contentType),
    };
    await expect(restoreBackup(target, { ...there, files: damaging }, run)).rejects.toThrow(
      'does not come out of the storage as it was put in',
    );
  });

  test('that are lost are named in the manifest, and those that were swept meanwhile are not', async () => {
    const store = await open(inFolder(folder));
    const [lost, swept] = pictures.filter(({ name }) => name.endsWith('.thumbnail.webp'));
    if (!lost || !swept) throw new Error('There are two thumbnails.');
    rmSync(join(folder, lost.name));
    const original = swept.name.replace('.thumbnail.webp', '');
    const sweeping = {
      ...store,
      has: async (name: string) => {
        // After the snapshot, and before the file is copied.
        if (name === swept.name) {
          await core.database.sql.execute('DELETE FROM uploads WHERE storage_key = ?', [original]);
          await store.delete(name);
        }
        return store.has(name);
      },
    };
    const { target, result } = await backUp(core, sweeping);
    expect(result.missing).toEqual([`uploads/${lost.name}`]);
    const manifest = await readManifest(target);
    expect(manifest.missing).toEqual([`uploads/${lost.name}`]);
    expect(manifest.files).toHaveLength(4);
    const there = await setUp(inFolder(temporaryFolder('incomplete')));
    expect(await restoreBackup(target, there, run)).toMatchObject({ files: 4, missing: manifest.missing });
  });
});

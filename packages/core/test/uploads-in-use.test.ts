import { mkdir, readdir, rm } from 'node:fs/promises';
import { column } from '@slimy/db';
import { describeOnEachEngine, temporaryFolder, type WorldPersonName } from '@slimy/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { outcomeOf, parsed } from './support/calls.ts';
import { storedClubAnalysis } from './support/club.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { storedScreenshot } from './support/screenshots.ts';
import { club, emptyWorld, other, settleWorld, signIn, type WorldIds } from './support/settle-world.ts';
import { sentPicture } from './support/uploads.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describeOnEachEngine('uploads that an analysis uses', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  let picture: Buffer;
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const folder = temporaryFolder('uploads-in-use');

  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture, { STORAGE_URL: `file:${folder}` }), { clock });
    picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#1a8058' } })
      .png()
      .toBuffer();
  });
  beforeEach(async () => {
    await core.database.sql.execute('DELETE FROM uploads');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();
  const send = async (name: WorldPersonName, input: object = {}) =>
    sentPicture(core, await as(name), picture, input);
  const sendOf = (guildId: string, name: WorldPersonName) => send(name, { guildId, purpose: 'club-roster' });
  const image = (uploadId: string | null) => {
    const uploadedAt = clock.now();
    return { uploadId, imageUrl: null, originalName: 'a.png', fileSize: picture.length, uploadedAt };
  };
  const readClub = async (uploadIds: readonly (string | null)[]) =>
    storedClubAnalysis(core, await as('editor'), { images: uploadIds.map(image) });
  const readOwn = async (name: WorldPersonName, uploadId: string) =>
    storedScreenshot(core, await as(name), {}, { uploadId });

  async function sweepAfter(milliseconds: number): Promise<void> {
    ahead += milliseconds;
    await core.jobs.runDue();
  }

  /** What is left: the ids of the uploads, and how many files. */
  async function left() {
    const rows = await core.database.sql.query('SELECT id FROM uploads ORDER BY id', [], { id: column.text });
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    return { ids: rows.map(({ id }) => id), files: files.filter((one) => one.isFile()).length };
  }

  test('stay for as long as it does, and go with the next sweep once it is deleted', async () => {
    const own = await send('member');
    const guilds = await sendOf(club, 'editor');
    const [analysisId, clubAnalysisId] = [await readOwn('member', own), await readClub([guilds, null])];
    await sweepAfter(25 * HOUR);
    expect(await left()).toEqual({ ids: [own, guilds].toSorted(), files: 6 });
    const { clubAnalyses, screenshots, uploads } = core.services;
    expect(await uploads.byId(await as('member'), { uploadId: own })).toMatchObject({ expiresAt: null });
    const shown = await clubAnalyses.byId(await as('editor'), { guildId: club, analysisId: clubAnalysisId });
    expect(new Set(shown.images.map(({ uploadId }) => uploadId))).toEqual(new Set([guilds, null]));

    await screenshots.delete(await as('member'), { analysisId });
    await sweepAfter(HOUR);
    expect(await left()).toEqual({ ids: [guilds], files: 3 });
    await clubAnalyses.delete(await as('admin'), { guildId: club, analysisId: clubAnalysisId });
    await sweepAfter(HOUR);
    expect(await left()).toEqual({ ids: [], files: 0 });
  });

  test('stay while another analysis uses them', async () => {
    const own = await send('member');
    const [first, second] = [await readOwn('member', own), await readOwn('member', own)];
    const { screenshots } = core.services;
    await screenshots.delete(await as('member'), { analysisId: first });
    await sweepAfter(25 * HOUR);
    expect(await left()).toEqual({ ids: [own], files: 3 });
    await screenshots.delete(await as('member'), { analysisId: second });
    await sweepAfter(HOUR);
    expect(await left()).toEqual({ ids: [], files: 0 });
  });

  test('cannot be deleted by themselves', async () => {
    const own = await send('member');
    const guilds = await sendOf(club, 'editor');
    await readOwn('member', own);
    await readClub([guilds]);
    const { uploads } = core.services;
    expect(await outcomeOf(uploads.delete(await as('member'), { uploadId: own }))).toBe('in_use');
    const theirs = { guildId: club, uploadId: guilds };
    expect(await outcomeOf(uploads.delete(await as('editor'), theirs))).toBe('in_use');
  });

  test('are stored files of whom it is for, and of nobody else', async () => {
    const own = await send('member');
    const guilds = await sendOf(club, 'editor');
    const elsewhere = await sendOf(other, 'adminElsewhere');
    const announced = async (input: object) => {
      const announcement = { purpose: 'snail-analyze', bytes: 9, ...input };
      const { create } = core.services.uploads;
      return (await create(await as('editor'), parsed('upload.create', announcement))).uploadId;
    };
    const waiting = await announced({ guildId: club, purpose: 'club-roster' });
    for (const wrong of [own, elsewhere, waiting, 'no-such-upload'])
      expect(await outcomeOf(readClub([guilds, wrong])), wrong).toBe('not_found');
    // Also the sender's own that is a guild's: it would go with the guild.
    for (const wrong of [own, guilds, await announced({}), 'no-such-upload'])
      expect(await outcomeOf(readOwn('editor', wrong)), wrong).toBe('not_found');
    ahead += 25 * HOUR;
    expect(await outcomeOf(readOwn('member', own))).toBe('not_found');
    await sweepAfter(0);
    // What was refused kept nothing.
    expect(await left()).toEqual({ ids: [], files: 0 });
  });

  test('go with the analyses that a retention policy deletes', async () => {
    await readOwn('member', await send('member'));
    ahead += 300 * DAY;
    const young = await send('member');
    await readOwn('member', young);
    ahead += 100 * DAY;
    const { lifecycle } = core.services;
    const policy = { kind: 'screenshots', version: 0, enabled: true, action: 'delete', days: 365 } as const;
    await lifecycle.setPolicy(await as('operator'), policy);
    await lifecycle.run(await as('operator'), { kind: 'screenshots' });
    await core.jobs.runDue();
    await sweepAfter(HOUR);
    expect(await left()).toEqual({ ids: [young], files: 3 });
  });
});

import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { tablesOf } from '../../src/client/of.ts';
import { randomId, repositories, type StoredFile } from '../../src/index.ts';
import { at, guild, storedPerson, useDatabase } from '../support/database.ts';
import { walked } from '../support/walk.ts';

const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
const file: StoredFile = {
  bytes: 900,
  contentType: 'image/png',
  width: 1_568,
  height: 900,
  contentHash: 'c'.repeat(64),
  previewKey: null,
  thumbnailKey: 'thumb/1',
};
let guilds = 0;

const placeOf = (id: string) => ({ id, storageKey: `club/${id}` });

describeOnEachEngine('uploads', (fixture) => {
  const database = useDatabase(fixture);

  async function world() {
    const { id: userId } = await storedPerson(database());
    const guildId = String(900_000_000_000_000_000n + BigInt((guilds += 1)));
    await tablesOf(database()).guild.create({ data: guild(guildId) });
    const { uploads } = repositories(database());
    const announce = async (bytes = 1_000, createdAt = at) => {
      const id = randomId();
      await uploads.insert({
        id,
        userId,
        guildId,
        purpose: 'club',
        originalName: 'roster 🐌.png',
        bytes,
        storageKey: placeOf(id).storageKey,
        createdAt,
        expiresAt: later(600),
      });
      return id;
    };
    const own = repositories(database()).person(userId).uploads;
    return {
      userId,
      guildId,
      uploads,
      announce,
      own,
      ofGuild: repositories(database()).guild(guildId).uploads,
    };
  }

  it('wait for their bytes, and are stored or refused once', async () => {
    const { uploads, announce, own, ofGuild } = await world();
    const [id, refused] = [await announce(), await announce()];
    expect(await own.byId(id)).toMatchObject({ state: 'waiting', contentType: null, bytes: 1_000 });
    expect(await uploads.markStored(placeOf(id), file, later(1))).toBe(true);
    expect(await uploads.markStored(placeOf(id), file, later(2))).toBe(false);
    expect(await uploads.refuse(placeOf(id), 'late', later(2))).toBe(false);
    expect(await uploads.claim(placeOf(id), 'club/late', later(2))).toBe(false);
    expect(await uploads.markStored(placeOf(await announce()), file, later(600))).toBe(false);
    expect(await uploads.refuse(placeOf(refused), 'not a picture', later(3_600))).toBe(true);
    expect(await ofGuild.byId(id)).toMatchObject({ ...file, state: 'stored', storedAt: later(1) });
    expect(await own.byId(refused)).toMatchObject({ state: 'refused', refusal: 'not a picture' });
  });

  it('are claimed by one writer, and the name they had is worth nothing any more', async () => {
    const { uploads, announce } = await world();
    const id = await announce();
    const [first, second] = await Promise.all(
      ['club/one', 'club/two'].map((key) => uploads.claim(placeOf(id), key, later(1))),
    );
    expect([first, second].filter(Boolean)).toHaveLength(1);
    const storageKey = first ? 'club/one' : 'club/two';
    expect(await uploads.markStored(placeOf(id), file, later(2))).toBe(false);
    expect(await uploads.refuse(placeOf(id), 'late', later(2))).toBe(false);
    expect(await uploads.markStored({ id, storageKey }, file, later(2))).toBe(true);
    expect(await uploads.claim(placeOf(await announce()), 'club/three', later(600))).toBe(false);
  });

  it('count against quotas until they expire; those in use do not expire', async () => {
    const { uploads, announce, own, ofGuild } = await world();
    const [kept, left] = [await announce(400), await announce(500)];
    await uploads.markStored(placeOf(kept), file, at);
    expect(await ofGuild.keep([kept], at)).toBe(true);
    expect(await ofGuild.keep([kept], at)).toBe(true);
    // Not stored, a guild's and not the person's alone, or nobody's.
    expect(await ofGuild.keep([kept, left], at)).toBe(false);
    expect(await own.keep([kept], at)).toBe(false);
    expect(await ofGuild.keep(['no-such-upload'], at)).toBe(false);
    expect(await own.used(at)).toEqual({ files: 2, bytes: 1_400 });
    expect(await ofGuild.used(later(601))).toEqual({ files: 1, bytes: 900 });
    expect((await uploads.expired(later(601), 100)).map(({ id }) => id)).toContain(left);
    expect((await uploads.expired(later(601), 100)).map(({ id }) => id)).not.toContain(kept);
    await uploads.release([kept], later(700));
    expect((await uploads.expired(later(700), 100)).map(({ id }) => id)).toContain(kept);
    await uploads.delete([kept, left]);
    expect(await uploads.byId(kept)).toBeNull();
  });

  it('are listed newest first to their owner and in their guild', async () => {
    const { announce, own, ofGuild } = await world();
    const other = await world();
    const ids = [];
    for (let index = 0; index < 5; index += 1) ids.push(await announce(1, later(index)));
    expect((await walked((cursor) => own.page({ limit: 2, cursor }))).map(({ id }) => id)).toEqual(
      ids.toReversed(),
    );
    expect((await walked((cursor) => ofGuild.page({ limit: 2, cursor }))).length).toBe(5);
    expect((await other.own.page({ limit: 5 })).items).toEqual([]);
    expect(await other.own.byIds(ids)).toEqual([]);
  });

  it('outlive their person and their guild, so that the files are swept', async () => {
    const { uploads, announce, own, ofGuild, userId, guildId } = await world();
    const id = await announce();
    await uploads.markStored(placeOf(id), file, at);
    await ofGuild.keep([id], at);
    expect(await own.expireAll(later(5))).toBe(1);
    await tablesOf(database()).user.delete({ where: { id: userId } });
    await tablesOf(database()).guild.delete({ where: { id: guildId } });
    expect(await uploads.byId(id)).toMatchObject({ userId: null, guildId: null, storageKey: `club/${id}` });
    expect((await uploads.expired(later(5), 100)).map((upload) => upload.id)).toContain(id);
  });
});

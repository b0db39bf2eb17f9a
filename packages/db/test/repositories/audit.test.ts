import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { appendAudit, randomId, repositories, type AuditEntry } from '../../src/index.ts';
import { at, useDatabase } from '../support/database.ts';
import { errorOf } from '../support/errors.ts';
import { walked } from '../support/walk.ts';

const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
let guilds = 0;

describeOnEachEngine('the audit trail', (fixture) => {
  const database = useDatabase(fixture);

  function world() {
    const guildId = String(800_000_000_000_000_000n + BigInt((guilds += 1)));
    const userId = randomId();
    const append = (change: Partial<AuditEntry> = {}) =>
      database().transaction(({ sql }) =>
        appendAudit(sql, 'key', {
          at,
          action: 'guild.settings.update',
          resourceType: 'guild',
          resourceId: guildId,
          guildId,
          success: true,
          actorKind: 'user',
          actorRef: 'r4nd0m',
          viaBot: false,
          personal: { userId, before: { notes: 'a' }, after: { notes: 'b' }, ipAddress: '192.0.2.7' },
          ...change,
        }),
      );
    return { guildId, userId, append, trail: repositories(database()).guild(guildId).audit };
  }

  it('of a guild is listed newest first, with what changed, and no other guild’s is in it', async () => {
    const { append, trail, userId } = world();
    await world().append();
    const ids = [];
    for (let index = 0; index < 7; index += 1) ids.push(await append({ at: later(Math.floor(index / 3)) }));
    const rows = await walked((cursor) => trail.page({}, { limit: 2, cursor }));
    expect(rows.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(rows[0]?.personal).toMatchObject({
      userId,
      before: { notes: 'a' },
      after: { notes: 'b' },
      details: null,
      ipAddress: '192.0.2.7',
    });
  });

  it('is filtered by person, action, resource, success and time', async () => {
    const { append, trail, userId, guildId } = world();
    const other = randomId();
    await append();
    await append({ at: later(1), action: 'guild.member.remove', success: false, occurrences: 4 });
    await append({ at: later(2), personal: { userId: other }, resourceType: 'user', resourceId: other });
    const seconds = async (filter: Parameters<typeof trail.page>[0]) =>
      (await walked((cursor) => trail.page(filter, { limit: 1, cursor }))).map(
        ({ timestamp }) => (timestamp.getTime() - at.getTime()) / 1_000,
      );
    expect(await seconds({ userId })).toEqual([1, 0]);
    expect(await seconds({ action: 'guild.member.remove' })).toEqual([1]);
    expect(await seconds({ success: false })).toEqual([1]);
    expect(await seconds({ resourceType: 'guild', resourceId: guildId })).toEqual([1, 0]);
    expect(await seconds({ from: later(1), to: later(2) })).toEqual([1]);
    expect(await seconds({ userId, to: later(1) })).toEqual([0]);
    expect(await trail.counts({})).toEqual([
      { action: 'guild.member.remove', success: false, count: 4 },
      { action: 'guild.settings.update', success: true, count: 2 },
    ]);
    expect(await trail.counts({ userId: other })).toEqual([
      { action: 'guild.settings.update', success: true, count: 1 },
    ]);
  });

  it('shows people their own acts in every guild, whatever they filter by', async () => {
    const one = world();
    await one.append();
    await one.append({ at: later(1), guildId: null });
    const own = repositories(database()).person(one.userId).audit;
    expect((await own.page({ userId: 'somebody else' }, { limit: 5 })).items).toHaveLength(2);
    const everywhere = await repositories(database()).audit.page({ userId: one.userId }, { limit: 5 });
    expect(everywhere.items).toHaveLength(2);
  });

  it('loses the personal part of an erased person, and no record', async () => {
    const { append, trail, userId } = world();
    await append();
    await append();
    const { auditSeals } = repositories(database());
    expect(await auditSeals.erasePersonal(userId, 1)).toBe(1);
    expect(await auditSeals.erasePersonal(userId, 10)).toBe(1);
    const { items } = await trail.page({}, { limit: 5 });
    expect(items.map(({ personal }) => personal)).toEqual([null, null]);
    expect((await trail.page({ userId }, { limit: 5 })).items).toEqual([]);
  });

  it('is sealed in ranges; only a sealed range can be taken away, and its seal stays', async () => {
    const { append, guildId, trail } = world();
    const { auditSeals } = repositories(database());
    const before = (await auditSeals.highestSequence()) ?? 0n;
    const old = await append({ at: new Date(0) });
    await append({ at: new Date(1) });
    await append({ at: later(0) });
    const from = before + 1n;
    const to = await auditSeals.lastSettled(later(-60), from);
    if (to === null) throw new Error('unreachable');
    const rows = await auditSeals.rows(from, to, 10);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ id: old, guildId, actorRef: 'r4nd0m' });
    expect(await auditSeals.personalParts([old])).toMatchObject([{ auditId: old, ipAddress: '192.0.2.7' }]);
    const last = await auditSeals.last();
    const seal = {
      number: (last?.number ?? 0n) + 1n,
      fromSequence: from,
      toSequence: to,
      rowCount: 2,
      rowMacs: '1:a',
      rowsHash: 'a'.repeat(64),
      chainHash: 'b'.repeat(64),
      lastTimestamp: new Date(1),
      sealedAt: at,
    };
    await auditSeals.insert(seal);
    expect((await errorOf(auditSeals.insert(seal))).kind).toBe('unique_violation');
    expect(await auditSeals.removable(new Date(1), 0n, 5)).toEqual([]);
    expect(await auditSeals.removable(new Date(2), 0n, 5)).toHaveLength(1);
    const removed = await database().transaction((tx) =>
      repositories(tx).auditSeals.removeRows(seal, { rowMacs: 'gone', rowsRemovedAt: at, archiveId: null }),
    );
    expect(removed).toBe(2);
    expect((await trail.page({}, { limit: 5 })).items).toHaveLength(1);
    expect(await auditSeals.after(seal.number - 1n, 5)).toMatchObject([
      { number: seal.number, rowsRemovedAt: at },
    ]);
    expect(await auditSeals.removable(new Date(2), 0n, 5)).toEqual([]);
    await errorOf(database().sql.execute('DELETE FROM audit_logs WHERE guild_id = ?', [guildId]));
  });
});

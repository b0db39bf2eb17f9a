import { createHmac } from 'node:crypto';
import { describeOnEachEngine } from '@slimy/testing';
import { describe, expect, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { appendAudit, appendOutbox, randomId, type AuditEntry, type SqlExecutor } from '../src/index.ts';
import { canonicalJson } from '../src/writers/canonical-json.ts';
import { at, useDatabase } from './support/database.ts';

const key = 'the key of this installation';
const entry: AuditEntry = {
  at,
  action: 'guild.settings.update',
  resourceType: 'guild',
  resourceId: '300000000000000001',
  guildId: '300000000000000001',
  success: true,
  actorKind: 'user',
  actorRef: 'r4nd0m',
  viaBot: true,
  personal: {
    userId: 'u1',
    discordId: '100000000000000001',
    displayName: 'Mira 🐌',
    ipAddress: '192.0.2.7',
    userAgent: 'test/1.0',
    sessionId: 's1',
    requestId: 'q1',
    before: { warnTotalLow: 1n, notes: 'a', at },
    after: { warnTotalLow: 9_007_199_254_740_993n, notes: 'b' },
  },
};

describeOnEachEngine('audit and outbox writers', (fixture) => {
  const database = useDatabase(fixture);

  async function hmacOfStored(id: string): Promise<string> {
    const {
      auditId,
      timestamp: _,
      ...part
    } = (await tablesOf(database()).auditPersonal.findUnique({ where: { auditId: id } })) ?? {};
    const texts = Object.fromEntries(
      Object.entries(part).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null ? canonicalJson(value) : value,
      ]),
    );
    return createHmac('sha256', key)
      .update(canonicalJson({ auditId, ...texts }))
      .digest('hex');
  }

  describe.each(['the tables', 'direct SQL'] as const)('in a transaction of %s', (access) => {
    const inTransaction = <Result>(work: (sql: SqlExecutor) => Promise<Result>): Promise<Result> =>
      access === 'direct SQL' ? database().sql.tx(work) : database().transaction(({ sql }) => work(sql));

    it('an audit record holds its two parts, bound together', async () => {
      const id = await inTransaction((sql) => appendAudit(sql, key, entry));
      const stored = await tablesOf(database()).auditLog.findUnique({
        where: { id },
        include: { personal: true },
      });
      const { personal, at: timestamp, ...facts } = entry;
      expect(stored).toMatchObject({ ...facts, timestamp, occurrences: 1 });
      expect(stored?.personal).toMatchObject({
        ...personal,
        timestamp: at,
        before: { warnTotalLow: '1', notes: 'a', at: at.toISOString() },
        after: { warnTotalLow: '9007199254740993', notes: 'b' },
        details: null,
      });
      expect(stored?.personalHmac).toBe(await hmacOfStored(id));
    });

    it('a changed personal part no longer fits its record', async () => {
      const id = await inTransaction((sql) => appendAudit(sql, key, entry));
      await tablesOf(database()).auditPersonal.update({
        where: { auditId: id },
        data: { displayName: 'Kel' },
      });
      const stored = await tablesOf(database()).auditLog.findUnique({ where: { id } });
      expect(stored?.personalHmac).not.toBe(await hmacOfStored(id));
    });

    it('sequences rise with the records', async () => {
      const ids = await inTransaction(async (sql) => [
        await appendAudit(sql, key, entry),
        await appendAudit(sql, key, entry),
      ]);
      const rows = await tablesOf(database()).auditLog.findMany({
        where: { id: { in: ids } },
        orderBy: { sequence: 'asc' },
      });
      expect(rows.map(({ id }) => id)).toEqual(ids);
      expect(ids.toSorted()).toEqual(ids);
    });

    it('halves of characters do not stop the act, nor make it look edited', async () => {
      const details = { 'k\udc00': ['a\ud800b', '\\ud800', '🐌'] };
      const personal = { details, errorMessage: 'a\ud800b' };
      const id = await inTransaction((sql) => appendAudit(sql, key, { ...entry, personal }));
      const stored = await tablesOf(database()).auditPersonal.findUnique({ where: { auditId: id } });
      expect(stored?.details).toEqual({ 'k\ufffd': ['a\ufffdb', '\\ud800', '🐌'] });
      const log = await tablesOf(database()).auditLog.findUnique({ where: { id } });
      expect(log?.personalHmac).toBe(await hmacOfStored(id));
    });

    it('foreign texts are cut to their column instead of stopping the act', async () => {
      const personal = {
        userAgent: '🐌'.repeat(2_000),
        displayName: 'é'.repeat(101),
        errorMessage: '€'.repeat(70_000),
      };
      const id = await inTransaction((sql) => appendAudit(sql, key, { ...entry, personal }));
      const stored = await tablesOf(database()).auditPersonal.findUnique({ where: { auditId: id } });
      expect(stored?.userAgent).toBe('🐌'.repeat(1_024));
      expect(stored?.displayName).toBe('é'.repeat(100));
      expect(stored?.errorMessage?.length).toBeGreaterThan(10_000);
      const log = await tablesOf(database()).auditLog.findUnique({ where: { id } });
      expect(log?.personalHmac).toBe(await hmacOfStored(id));
    });

    it('nothing stays of a transaction that fails', async () => {
      const room = `guild:${randomId()}`;
      const written: string[] = [];
      const failing = inTransaction(async (sql) => {
        written.push(await appendAudit(sql, key, entry));
        written.push((await appendOutbox(sql, { at, topic: 'guild.changed', payload: {}, room })).id);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await tablesOf(database()).auditLog.count({ where: { id: { in: written } } })).toBe(0);
      expect(await tablesOf(database()).auditPersonal.count({ where: { auditId: { in: written } } })).toBe(0);
      expect(await tablesOf(database()).outbox.count({ where: { id: { in: written } } })).toBe(0);
      const next = await inTransaction((sql) =>
        appendOutbox(sql, { at, topic: 'guild.changed', payload: {}, room }),
      );
      expect(next.roomSequence).toBe(1n);
    });

    it('a fact keeps its payload and waits to be published', async () => {
      const payload = { keys: ['guild:1:*'], at, size: 5n, why: 'é🐌' };
      const { id, roomSequence } = await inTransaction((sql) =>
        appendOutbox(sql, { at, topic: 'cache.invalidate', payload, guildId: '300000000000000001' }),
      );
      expect(roomSequence).toBeNull();
      expect(await tablesOf(database()).outbox.findUnique({ where: { id } })).toMatchObject({
        topic: 'cache.invalidate',
        payload: { keys: ['guild:1:*'], at: at.toISOString(), size: '5', why: 'é🐌' },
        guildId: '300000000000000001',
        createdAt: at,
        publishedAt: null,
      });
    });

    it('places in a room have neither gap nor double under twenty writers', async () => {
      const room = `guild:${randomId()}`;
      const facts = await Promise.all(
        Array.from({ length: 20 }, () =>
          inTransaction((sql) => appendOutbox(sql, { at, topic: 'message.new', payload: {}, room })),
        ),
      );
      const places = facts.map(({ roomSequence }) => Number(roomSequence)).sort((a, b) => a - b);
      expect(places).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });
  });
});

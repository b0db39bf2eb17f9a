import { loadSecrets } from '@slimy/config';
import { appendAudit, column, repositories } from '@slimy/db';
import { describeOnEachEngine, temporaryFolder } from '@slimy/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SealHeads } from '../src/audit/seal-heads.ts';
import { AuditSealing } from '../src/audit/sealing.ts';
import { AuditVerification } from '../src/audit/verification.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';

const tables = ['audit_logs', 'audit_personal', 'audit_seals'];

describeOnEachEngine('verification of the audit trail', (fixture) => {
  let core: TestCore;
  let auditKey: string;
  let heads: SealHeads;
  let now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };
  /** A sequence that no record has, as a transaction leaves it that was rolled back. */
  let gap = 0n;
  /** The sequences under each of the three seals. */
  const sealed: bigint[][] = [];

  const sql = () => core.database.sql;
  const sequences = () =>
    sql().query('SELECT sequence FROM audit_logs ORDER BY sequence', [], { sequence: column.bigint });

  async function append(notes: string): Promise<void> {
    await core.database.transaction((transaction) =>
      appendAudit(transaction.sql, auditKey, {
        at: now,
        action: 'guild.settings.update',
        resourceType: 'guild_settings',
        resourceId: '300000000000000001',
        guildId: '300000000000000001',
        success: true,
        actorKind: 'user',
        actorRef: 'r4nd0m',
        viaBot: false,
        personal: {
          userId: 'mira',
          displayName: 'Mira 🐌',
          before: { notes: null, warnTotalLow: 9_007_199_254_740_993n },
          after: { notes, at: now, nested: { b: 1.5, a: [1, 'x'] } },
        },
      }),
    );
  }

  async function verified() {
    const verification = new AuditVerification({
      repositories: repositories(core.database),
      auditKey,
      heads,
    });
    const findings = [];
    for (let next: bigint | null = 0n; next !== null;) {
      const answer: Awaited<ReturnType<AuditVerification['check']>> = await verification.check(next);
      findings.push(...answer.findings.map(({ finding, seal, sequence }) => ({ finding, seal, sequence })));
      next = answer.nextSeal;
    }
    return findings;
  }

  /** Puts the trail back as it was before it was tampered with. */
  async function restore(): Promise<void> {
    for (const table of tables.toReversed()) await sql().execute(`DELETE FROM ${table}`);
    for (const table of tables) await sql().execute(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
  }

  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture), { clock });
    auditKey = loadSecrets(core.settings).auditKey;
    heads = new SealHeads(core.settings.DATA_DIR);
    const sealing = new AuditSealing({ database: core.database, clock, auditKey, heads });
    await sql().execute('DROP TRIGGER audit_logs_refuse_update');
    await sql().execute('DROP TRIGGER audit_logs_refuse_delete');
    await append('a');
    await append('b');
    gap = (await sequences()).at(-1)?.sequence ?? 0n;
    await sql().execute('DELETE FROM audit_logs WHERE sequence = ?', [gap]);
    for (let range = 0; range < 3; range += 1) {
      for (let index = 0; index < 4; index += 1) await append(`note ${range}.${index}`);
      now = new Date(now.getTime() + 120_000);
      await Promise.all([sealing.sealDue(), sealing.sealDue()]);
      const earlier = new Set(sealed.flat());
      sealed.push((await sequences()).map(({ sequence }) => sequence).filter((one) => !earlier.has(one)));
    }
    await append('not sealed yet');
    for (const table of tables) await sql().execute(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
  });
  afterEach(restore);
  afterAll(() => core.close());

  test('finds nothing in a trail that nobody touched, and counts it', async () => {
    expect(await verified()).toEqual([]);
    expect(sealed.map(({ length }) => length)).toEqual([5, 4, 4]);
    const verification = new AuditVerification({
      repositories: repositories(core.database),
      auditKey,
      heads,
    });
    expect(await verification.check(0n)).toMatchObject({
      intact: true,
      checkedSeals: 3,
      checkedRecords: 13,
      unsealedRecords: 1,
      nextSeal: null,
    });
    expect(await verification.check(2n)).toMatchObject({ intact: true, checkedSeals: 1, checkedRecords: 4 });
  });

  test('is not disturbed when the personal part of somebody is erased', async () => {
    await sql().execute('DELETE FROM audit_personal WHERE user_id = ?', ['mira']);
    expect(await verified()).toEqual([]);
  });

  test('finds an edited record, whatever of it was edited', async () => {
    const [, [sequence = 0n] = []] = sealed;
    await sql().execute('UPDATE audit_logs SET success = 0 WHERE sequence = ?', [sequence]);
    expect(await verified()).toEqual([{ finding: 'row_edited', seal: 2n, sequence }]);
    await restore();
    await sql().execute(`UPDATE audit_logs SET actor_ref = 'somebody' WHERE sequence = ?`, [sequence]);
    expect(await verified()).toEqual([{ finding: 'row_edited', seal: 2n, sequence }]);
  });

  test('finds an edited personal part, sealed or not', async () => {
    await sql().execute(`UPDATE audit_personal SET user_id = 'otto'`);
    const found = await verified();
    expect(found).toHaveLength(14);
    expect(found.filter(({ seal }) => seal === null)).toHaveLength(1);
    expect(new Set(found.map(({ finding }) => finding))).toEqual(new Set(['personal_part_edited']));
  });

  test('finds a removed record', async () => {
    const [, , [, sequence = 0n] = []] = sealed;
    await sql().execute('DELETE FROM audit_logs WHERE sequence = ?', [sequence]);
    expect(await verified()).toEqual([{ finding: 'row_removed', seal: 3n, sequence }]);
  });

  test('finds an inserted record', async () => {
    await sql().execute(
      `INSERT INTO audit_logs (sequence, id, timestamp, action, resource_type, success, actor_kind, via_bot,
         occurrences, personal_hmac)
       SELECT ?, 'forged', timestamp, action, resource_type, success, actor_kind, via_bot, occurrences, personal_hmac
       FROM kept_audit_logs WHERE sequence = ?`,
      [gap, gap - 1n],
    );
    expect(await verified()).toEqual([{ finding: 'row_inserted', seal: 1n, sequence: gap }]);
  });

  test('finds that the tail was cut', async () => {
    const [, , rows = []] = sealed;
    const from = rows[0] ?? 0n;
    await sql().execute('DELETE FROM audit_logs WHERE sequence >= ?', [from]);
    await sql().execute('DELETE FROM audit_seals WHERE number = 3');
    expect(await verified()).toEqual([{ finding: 'tail_cut', seal: 3n, sequence: rows.at(-1) }]);
  });

  test('finds a removed seal, in the middle and at the end', async () => {
    await sql().execute('DELETE FROM audit_seals WHERE number = 2');
    expect(await verified()).toEqual([{ finding: 'seal_removed', seal: 2n, sequence: null }]);
    await restore();
    await sql().execute('DELETE FROM audit_seals WHERE number = 3');
    expect(await verified()).toEqual([{ finding: 'seal_removed', seal: 3n, sequence: null }]);
  });

  test('finds an edited seal', async () => {
    await sql().execute('UPDATE audit_seals SET row_count = 3 WHERE number = 2');
    expect(await verified()).toEqual([{ finding: 'seal_edited', seal: 2n, sequence: null }]);
  });

  test('finds a chain that was made anew, even with the key', async () => {
    const [[sequence = 0n] = []] = sealed;
    await sql().execute('DELETE FROM audit_seals');
    await sql().execute(`UPDATE audit_logs SET action = 'nothing.at_all' WHERE sequence = ?`, [sequence]);
    const elsewhere = new SealHeads(temporaryFolder('forged'));
    await new AuditSealing({ database: core.database, clock, auditKey, heads: elsewhere }).sealDue();
    const found = await verified();
    expect(found).toContainEqual({ finding: 'chain_recomputed', seal: 1n, sequence: null });
  });

  test('finds records that are gone without the mark that retention leaves', async () => {
    const [rows = []] = sealed;
    await sql().execute('DELETE FROM audit_logs WHERE sequence <= ?', [rows.at(-1) ?? 0n]);
    await sql().execute(`UPDATE audit_seals SET rows_removed_at = ?, row_macs = 'gone' WHERE number = 1`, [
      now,
    ]);
    expect(await verified()).toEqual([{ finding: 'removal_unproven', seal: 1n, sequence: null }]);
  });
});

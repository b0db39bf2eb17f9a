import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSecrets, loadSettings } from '@slimy/config';
import { appendAudit, openDatabase, repositories, type Database } from '@slimy/db';
import { describeOnEachEngine, temporaryFolder } from '@slimy/testing';
import { expect, test } from 'vitest';
import { SealHeads } from '../../src/audit/seal-heads.ts';
import { AuditSealing } from '../../src/audit/sealing.ts';
import { AuditVerification } from '../../src/audit/verification.ts';
import { makeBackup } from '../../src/backup/backup.ts';
import { restoreBackup } from '../../src/backup/restore.ts';
import { migrated, silent } from '../support/open-core.ts';

const MINUTES_2 = 120_000;

describeOnEachEngine('the audit trail of a restored database', (fixture) => {
  let now = new Date('2026-11-22T14:00:00.000Z');
  const clock = { now: () => now };

  test('is whole in the data folder of the one it takes the place of, and goes on being sealed there', async () => {
    const environment = {
      DATA_DIR: join(temporaryFolder('trail'), 'data'),
      DATABASE_URL: await fixture.databaseUrl(migrated),
    };
    const settings = loadSettings(environment);
    const secrets = loadSecrets(settings);
    const { auditKey } = secrets;
    const heads = new SealHeads(settings.DATA_DIR);

    /** A record under a seal of its own. */
    async function sealRecord(database: Database): Promise<void> {
      const act = { action: 'guild.settings.update', resourceType: 'guild_settings', resourceId: null };
      const facts = {
        guildId: null,
        success: true,
        actorKind: 'system',
        actorRef: null,
        viaBot: false,
      } as const;
      const record = { ...act, ...facts, at: now, personal: {} };
      await database.transaction(({ sql }) => appendAudit(sql, auditKey, record));
      now = new Date(now.getTime() + MINUTES_2);
      await new AuditSealing({ database, clock, auditKey, heads }).sealDue();
    }
    const verified = (database: Database) =>
      new AuditVerification({ repositories: repositories(database), auditKey, heads }).check(0n);

    const before = await openDatabase({ url: environment.DATABASE_URL, poolSize: 2 });
    await sealRecord(before);
    const folder = join(temporaryFolder('backup'), 'backup');
    const parts = { settings, secrets, logger: silent };
    const progress = () => undefined;
    await makeBackup(folder, parts, { now, progress });
    await sealRecord(before);
    await sealRecord(before);
    await before.close();

    const url = await fixture.databaseUrl();
    const there = { ...parts, settings: loadSettings({ ...environment, DATABASE_URL: url }) };
    const { headsSetAside } = await restoreBackup(folder, there, { verify: true, now, progress });
    const after = await openDatabase({ url, poolSize: 2 });
    expect(await verified(after)).toMatchObject({ intact: true, findings: [], checkedSeals: 1 });
    const old = readFileSync(join(settings.DATA_DIR, 'audit', headsSetAside ?? ''), 'utf8');
    expect(old.match(/"number":"\d"/g)).toHaveLength(3);

    await sealRecord(after);
    expect(await heads.last()).toBe(2n);
    expect(await verified(after)).toMatchObject({ intact: true, checkedSeals: 2 });
    // What is taken away from now on is found out as before.
    await after.sql.execute('DELETE FROM audit_seals WHERE number = 2');
    expect(await verified(after)).toMatchObject({ findings: [{ finding: 'seal_removed' }] });
    await after.close();
  });
});

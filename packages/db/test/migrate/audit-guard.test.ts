import { describeOnEachEngine } from '@slimy/testing';
import { expect, test } from 'vitest';
import { migrated } from '../support/database.ts';
import { rows, run } from './scratch.ts';

const record = (sequence: number): string =>
  `INSERT INTO audit_logs (sequence, id, timestamp, action, resource_type, success, actor_kind, via_bot, occurrences, personal_hmac) VALUES (${sequence}, 'r${sequence}', '2026-01-01 00:00:00', 'a', 'guild', 1, 'user', 0, 1, 'x')`;

describeOnEachEngine('the guard of the audit trail', (fixture) => {
  test('lets rows in, refuses their change and removal, and lets a named range go', async () => {
    const url = await fixture.databaseUrl(migrated);
    await run(
      url,
      record(1),
      record(2),
      record(3),
      "INSERT INTO audit_personal (audit_id, timestamp) VALUES ('r1', '2026-01-01 00:00:00')",
    );
    await expect(run(url, "UPDATE audit_logs SET action = 'b' WHERE sequence = 1")).rejects.toThrow(
      'audit_logs is append-only',
    );
    await expect(run(url, 'DELETE FROM audit_logs WHERE sequence = 1')).rejects.toThrow('append-only');
    await run(url, 'INSERT INTO _audit_removals VALUES (1, 2)');
    await expect(run(url, 'DELETE FROM audit_logs WHERE sequence = 3')).rejects.toThrow('append-only');
    await expect(run(url, "UPDATE audit_logs SET action = 'b' WHERE sequence = 1")).rejects.toThrow(
      'append-only',
    );
    await run(url, 'DELETE FROM audit_logs WHERE sequence <= 2', 'DELETE FROM _audit_removals');
    expect(
      (await rows(url, 'SELECT sequence FROM audit_logs')).map((row) => Number(row['sequence'])),
    ).toEqual([3]);
    // The personal part goes with its record, and by itself whenever a person is erased.
    expect(await rows(url, 'SELECT audit_id FROM audit_personal')).toEqual([]);
    await run(
      url,
      "INSERT INTO audit_personal (audit_id, timestamp) VALUES ('r3', '2026-01-01 00:00:00')",
      'DELETE FROM audit_personal',
    );
  });
});

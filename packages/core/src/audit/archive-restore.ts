import { join } from 'node:path';
import {
  insertPlainRows,
  repositories,
  type ArchiveRow,
  type AuditSealRow,
  type Database,
  type PlainRow,
} from '@slimy/db';
import type { Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { readRowFile } from '../lifecycle/archive-file.js';
import { beginRestore, type RestoreRequest } from '../lifecycle/restore-beginning.js';
import { isPlainRow, textOf } from '../lifecycle/row-values.js';
import type { WritePath } from '../write/write-path.js';
import { rowMacsOf, rowsHashOf } from './seal-macs.js';

interface RestoreParts extends RestoreRequest {
  readonly database: Database;
  readonly writes: WritePath;
  readonly clock: Clock;
  readonly auditKey: string;
  readonly dataDir: string;
}

const program: Caller = {
  actor: { kind: 'system', task: 'audit.restore' },
  request: { requestId: 'audit.restore', ipAddress: null, userAgent: null },
};

function sequenceOf(row: PlainRow): bigint {
  return BigInt(textOf(row, 'sequence'));
}

/** Brings records back under the seal that they were taken away from, or none of them. */
async function restoreRange(
  { auditKey, writes, lease }: RestoreParts,
  seal: AuditSealRow,
  rows: readonly PlainRow[],
): Promise<void> {
  await writes.change(program, [], async (change) => {
    await lease.confirm(change.transaction);
    const { sql } = change.transaction;
    const { auditSeals } = change.repositories;
    const parts = rows.flatMap(({ personal }) => (isPlainRow(personal) ? [personal] : []));
    await insertPlainRows(sql, 'audit_logs', rows);
    await insertPlainRows(sql, 'audit_personal', parts);
    const there = await auditSeals.rows(seal.fromSequence, seal.toSequence, seal.rowCount + 1);
    const rowMacs = rowMacsOf(auditKey, there);
    if (rowsHashOf(auditKey, rowMacs) !== seal.rowsHash) {
      throw new AppError('internal', `The records of the archive are not those under seal ${seal.number}.`, {
        remedy: 'Take the file from a copy; nothing of this range was brought back.',
      });
    }
    await auditSeals.noteRestored(seal.number, rowMacs);
  });
}

/**
 * Brings the records of an archive back under their seals.
 * @throws AppError `already_exists` for an archive that is still being made, `changed_meanwhile` when the lease was
 * lost, `internal` when records are not those that were sealed: then nothing of that range comes back
 */
export async function restoreAuditArchive(
  parts: RestoreParts,
  archive: ArchiveRow,
): Promise<{ readonly restored: number; readonly leftOut: number }> {
  const { archives, auditSeals } = repositories(parts.database);
  const file = join(parts.dataDir, 'archives', archive.fileName);
  await beginRestore(parts.writes, parts, { archive, file });
  const rows: PlainRow[] = [];
  for await (const batch of (await readRowFile(file)).batches) rows.push(...batch);
  let restored = 0;
  for (const seal of await auditSeals.ofArchive(archive.id)) {
    const own = rows.filter((row) => {
      const sequence = sequenceOf(row);
      return sequence >= seal.fromSequence && sequence <= seal.toSequence;
    });
    await restoreRange(parts, seal, own);
    restored += own.length;
  }
  await archives.move(archive.id, 'restoring', { state: 'restored', finishedAt: parts.clock.now() });
  return { restored, leftOut: rows.length - restored };
}

import { createHmac } from 'node:crypto';
import { canonicalJson, type AuditLogRow, type AuditSealRow } from '@slimy/db';

/** Characters of a row's HMAC that a seal keeps: 128 bits. */
const ROW_MAC_CHARACTERS = 32;

/** One HMAC for each purpose, so that none can stand in for another. */
function mac(key: string, purpose: string, text: string): string {
  return createHmac('sha256', key).update(`audit.${purpose}\n${text}`).digest('hex');
}

/** What a seal says of one row: enough to tell whether this is still the row that was sealed. */
function rowMac(key: string, row: AuditLogRow): string {
  return mac(key, 'row', canonicalJson(row)).slice(0, ROW_MAC_CHARACTERS);
}

/** The rows of a range as its seal keeps them. */
export function rowMacsOf(key: string, rows: readonly AuditLogRow[]): string {
  return rows.map((row) => `${row.sequence}:${rowMac(key, row)}`).join(' ');
}

/** Reads them again, by sequence. */
export function rowMacsBySequence(rowMacs: string): Map<bigint, string> {
  const parts = rowMacs.split(' ').map((part) => part.split(':'));
  return new Map(
    parts.flatMap(([sequence = '', own = '']) => (/^\d+$/.test(sequence) ? [[BigInt(sequence), own]] : [])),
  );
}

/** Whether a row is the one that was sealed. */
export function isSealedRow(key: string, row: AuditLogRow, sealed: string): boolean {
  return rowMac(key, row) === sealed;
}

/** The hash over `rowMacs` that the chain carries. */
export function rowsHashOf(key: string, rowMacs: string): string {
  return mac(key, 'rows', rowMacs);
}

/** What of a seal the chain covers. */
export type ChainedSeal = Pick<
  AuditSealRow,
  'number' | 'fromSequence' | 'toSequence' | 'rowCount' | 'rowsHash' | 'lastTimestamp' | 'sealedAt'
>;

/** The hash of a seal and of everything before it. */
export function chainHashOf(key: string, previous: string, seal: ChainedSeal): string {
  const { number, fromSequence, toSequence, rowCount, rowsHash, lastTimestamp, sealedAt } = seal;
  const facts = { number, fromSequence, toSequence, rowCount, rowsHash, lastTimestamp, sealedAt, previous };
  return mac(key, 'chain', canonicalJson(facts));
}

/** What stands in a seal for rows that retention took away: nobody without the key can write it. */
export function removalProofOf(
  key: string,
  { number, rowsHash }: Pick<AuditSealRow, 'number' | 'rowsHash'>,
  removal: { readonly rowsRemovedAt: Date; readonly archiveId: string | null },
): string {
  const { rowsRemovedAt, archiveId } = removal;
  return `removed:${mac(key, 'removal', canonicalJson({ number, rowsHash, rowsRemovedAt, archiveId }))}`;
}

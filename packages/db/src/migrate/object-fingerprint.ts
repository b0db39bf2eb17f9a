import { text, textOrNull, type MigrationConnection, type Row } from './connection.js';
import { driverCode } from './migration-error.js';
import { checksumOf } from './migration-folder.js';
import type { SqlObject } from './statement-effect.js';

async function tableDefinition(connection: MigrationConnection, name: string): Promise<string> {
  try {
    const rows = await connection.query(`SHOW CREATE TABLE \`${name.replaceAll('`', '``')}\``);
    const row: Row = rows[0] ?? {};
    const shown = textOrNull(row, 'Create Table') ?? text(row, 'Create View');
    // The counter moves with the rows, not with the definition.
    return shown.replace(/ AUTO_INCREMENT=\d+/, '');
  } catch (error) {
    if (driverCode(error) === 'ER_NO_SUCH_TABLE') return 'absent';
    throw error;
  }
}

async function triggerDefinition(connection: MigrationConnection, name: string): Promise<string> {
  const rows = await connection.query(
    'SELECT ACTION_TIMING AS timing, EVENT_MANIPULATION AS event, EVENT_OBJECT_TABLE AS of_table, ACTION_STATEMENT AS body FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME = ?',
    [name],
  );
  const row = rows[0];
  return row
    ? ['timing', 'event', 'of_table', 'body'].map((column) => text(row, column)).join(' ')
    : 'absent';
}

/**
 * A hash of the present definitions of these objects on MySQL. Recorded before a statement, it tells after a
 * crash whether the statement took effect: MySQL 8 and MariaDB 10.6 change a definition wholly or not at all.
 */
export async function fingerprintOf(
  connection: MigrationConnection,
  objects: readonly SqlObject[],
): Promise<string> {
  const parts: string[] = [];
  for (const { kind, name } of objects) {
    const found = await (kind === 'table' ? tableDefinition : triggerDefinition)(connection, name);
    parts.push(`${kind} ${name}: ${found}`);
  }
  return checksumOf(parts.join('\n'));
}

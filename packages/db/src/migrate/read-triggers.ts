import { text, type MigrationConnection } from './connection.js';
import { createdTrigger, triggerBody, type TriggerShape } from './trigger-shape.js';

/**
 * The triggers of a database, by name. MySQL shows an account only those of tables on which it has the TRIGGER
 * privilege.
 */
export async function readTriggers(connection: MigrationConnection): Promise<TriggerShape[]> {
  return connection.engine === 'mysql' ? mysqlTriggers(connection) : sqliteTriggers(connection);
}

async function mysqlTriggers(connection: MigrationConnection): Promise<TriggerShape[]> {
  const rows = await connection.query(
    'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS of_table, ACTION_TIMING AS timing, EVENT_MANIPULATION AS event, ACTION_STATEMENT AS body FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY TRIGGER_NAME',
  );
  return rows.map((row) => ({
    name: text(row, 'name'),
    table: text(row, 'of_table'),
    timing: text(row, 'timing'),
    event: text(row, 'event'),
    body: triggerBody('mysql', text(row, 'body')),
  }));
}

async function sqliteTriggers(connection: MigrationConnection): Promise<TriggerShape[]> {
  const rows = await connection.query(
    "SELECT name, tbl_name AS of_table, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
  );
  return rows.map((row) => {
    const sql = text(row, 'sql');
    const shape = createdTrigger('sqlite', sql);
    if (!shape) throw new TypeError(`the trigger ${text(row, 'name')} cannot be read: ${sql}`);
    return { ...shape, name: text(row, 'name'), table: text(row, 'of_table') };
  });
}

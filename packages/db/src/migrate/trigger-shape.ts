import type { Engine } from '../sql/direct-sql.js';
import { statementsOf, type MigrationFiles } from './migration-folder.js';
import { identifierOf, sqlTokens, type SqlToken } from './sql-tokens.js';

/** A trigger as it stands in a database, or should. */
export interface TriggerShape {
  readonly name: string;
  readonly table: string;
  /** `BEFORE`, `AFTER` or `INSTEAD OF`. */
  readonly timing: string;
  /** `INSERT`, `DELETE` or `UPDATE`, with the columns that an `UPDATE OF` names. */
  readonly event: string;
  /** What it does, its condition included: comments, line ends and spaces between words do not count. */
  readonly body: string;
}

/** `CREATE` and `TRIGGER` stand this near to each other, with at most a DEFINER clause between them. */
const OPENING_TOKENS = 16;

const isWord = (token: SqlToken | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === word;

/** A trigger's text as it is compared. */
export function triggerBody(engine: Engine, sql: string): string {
  return bodyOf([...sqlTokens(engine, sql)].filter(({ kind }) => kind !== 'comment'));
}

function bodyOf(tokens: readonly SqlToken[]): string {
  const words = tokens.map(({ text }) => text);
  // Both engines close a statement or leave its end open, as it was written.
  return (words.at(-1) === ';' ? words.slice(0, -1) : words).join(' ');
}

/** A `CREATE TRIGGER` statement, taken apart; null for every other statement. */
export function createdTrigger(engine: Engine, sql: string): TriggerShape | null {
  const tokens = [...sqlTokens(engine, sql)].filter(({ kind }) => kind !== 'comment');
  if (!isWord(tokens[0], 'CREATE')) return null;
  const kindAt = tokens.slice(0, OPENING_TOKENS).findIndex((token) => isWord(token, 'TRIGGER'));
  if (kindAt < 0) return null;
  const nameAt = kindAt + (isWord(tokens[kindAt + 1], 'IF') ? 4 : 1);
  const onAt = tokens.findIndex((token, place) => place > nameAt && isWord(token, 'ON'));
  const [name, on] = [tokens[nameAt], tokens[onAt + 1]];
  if (!name || !on || onAt < 0) return null;
  const when = tokens.slice(nameAt + 1, onAt).map(({ text }) => text.toUpperCase());
  const timingWords = when[0] === 'INSTEAD' ? 2 : 1;
  const rest = tokens.slice(onAt + 2);
  const forEachRow = isWord(rest[0], 'FOR') && isWord(rest[1], 'EACH') && isWord(rest[2], 'ROW');
  return {
    name: identifierOf(name),
    table: identifierOf(on),
    timing: when.slice(0, timingWords).join(' '),
    event: when.slice(timingWords).join(' '),
    body: bodyOf(forEachRow ? rest.slice(3) : rest),
  };
}

/** The name in a `DROP TRIGGER` statement; null for every other statement. */
function droppedTrigger(engine: Engine, sql: string): string | null {
  const tokens = [...sqlTokens(engine, sql)].filter(({ kind }) => kind !== 'comment');
  if (!isWord(tokens[0], 'DROP') || !isWord(tokens[1], 'TRIGGER')) return null;
  const name = tokens[isWord(tokens[2], 'IF') ? 4 : 2];
  return name ? identifierOf(name) : null;
}

/**
 * The triggers that a database has after these files ran, read out of the files: an account that checks a
 * database need not be one that may make another.
 */
export function expectedTriggers(engine: Engine, files: MigrationFiles): TriggerShape[] {
  const triggers = new Map<string, TriggerShape>();
  for (const file of [...files.migrations, ...files.scripts]) {
    for (const { sql } of statementsOf(file, engine)) {
      const created = createdTrigger(engine, sql);
      if (created) triggers.set(created.name, created);
      const dropped = droppedTrigger(engine, sql);
      if (dropped !== null) triggers.delete(dropped);
    }
  }
  return [...triggers.values()];
}

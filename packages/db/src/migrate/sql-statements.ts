import type { Engine } from '../sql/direct-sql.js';
import { lineAt, sqlTokens, type SqlToken } from './sql-tokens.js';

/** One statement of a file, without its closing semicolon and the comments before it. */
export interface SqlStatement {
  readonly sql: string;
  /** Line of its first word in the file, counted from 1. */
  readonly line: number;
}

const BODIES = new Set(['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT']);
const BLOCKS_AT_A_START = new Set(['IF', 'LOOP', 'WHILE', 'REPEAT']);
const BEFORE_A_START = new Set([';', ':', 'BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT', 'ROW']);

/** Follows one statement token by token: whether it has a body, and how deep inside it we are. */
class StatementShape {
  #opening: string[] = [];
  #hasBody = false;
  #depth = 0;
  #previous = '';

  /** Takes the next token; true when it is the semicolon that ends the statement. */
  take(token: SqlToken): boolean {
    const text = token.kind === 'word' ? token.text.toUpperCase() : token.text;
    const isKeyword = token.kind === 'word' && this.#previous !== '.';
    if (this.#opening.length < 16 && token.kind === 'word') this.#opening.push(text);
    this.#hasBody ||= this.#opening[0] === 'CREATE' && isKeyword && BODIES.has(text);
    if (this.#hasBody && isKeyword) this.#depth += this.#step(text);
    const ends = text === ';' && token.kind === 'symbol' && this.#depth === 0;
    this.#previous = text;
    return ends;
  }

  #step(word: string): number {
    if (word === 'END') return -1;
    if (word === 'BEGIN') return 1;
    // END IF, END CASE and their like end one block, and begin none.
    if (this.#previous === 'END') return 0;
    if (word === 'CASE') return 1;
    return BLOCKS_AT_A_START.has(word) && BEFORE_A_START.has(this.#previous) ? 1 : 0;
  }
}

/**
 * Cuts a file into its statements. Semicolons in strings, quoted names, comments and the BEGIN … END
 * bodies of triggers and routines do not end a statement.
 *
 * @throws UnterminatedSqlError for a string, name or comment that is never closed.
 * @throws Error for the client command DELIMITER, which is not SQL.
 */
export function splitStatements(engine: Engine, sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start: number | null = null;
  let end = 0;
  let shape = new StatementShape();
  const close = (): void => {
    if (start !== null) statements.push({ sql: sql.slice(start, end), line: lineAt(sql, start) });
    start = null;
    shape = new StatementShape();
  };
  for (const token of sqlTokens(engine, sql)) {
    if (token.kind === 'comment') continue;
    if (start === null && token.text.toUpperCase() === 'DELIMITER') {
      throw new Error(
        `line ${lineAt(sql, token.start)}: DELIMITER is a command of the mysql client, not SQL; leave it out`,
      );
    }
    if (shape.take(token)) {
      close();
      continue;
    }
    start ??= token.start;
    end = token.start + token.text.length;
  }
  close();
  return statements;
}

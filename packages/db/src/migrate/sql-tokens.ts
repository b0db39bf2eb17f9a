import type { Engine } from '../sql/direct-sql.js';

/** A piece of SQL text. `word` is a bare word or number, `quoted` an identifier in quotes of any kind. */
export interface SqlToken {
  readonly kind: 'word' | 'string' | 'quoted' | 'comment' | 'symbol';
  readonly text: string;
  /** Offset of the first character in the text it was read from. */
  readonly start: number;
}

const WORD = /[\p{L}\p{N}_$@]+/uy;
const LINE_BREAK = /\n|$/g;

/** Thrown for a string, identifier or comment that is never closed. */
class UnterminatedSqlError extends Error {
  constructor(what: string, sql: string, start: number) {
    super(`line ${lineAt(sql, start)}: this ${what} is never closed`);
    this.name = 'UnterminatedSqlError';
  }
}

/** The line of an offset, counted from 1. */
export function lineAt(sql: string, offset: number): number {
  return sql.slice(0, offset).split('\n').length;
}

function endOfLine(sql: string, from: number): number {
  LINE_BREAK.lastIndex = from;
  return LINE_BREAK.exec(sql)?.index ?? sql.length;
}

/** The offset behind the closing quote; a doubled quote (and on MySQL a backslash) escapes. */
function endOfQuoted(sql: string, start: number, close: string, backslash: boolean): number {
  for (let at = start + 1; at < sql.length; at += 1) {
    const character = sql[at];
    if (backslash && character === '\\') at += 1;
    else if (character === close) {
      if (sql[at + 1] !== close || close === ']') return at + 1;
      at += 1;
    }
  }
  throw new UnterminatedSqlError(close === "'" ? 'string' : 'quoted name', sql, start);
}

function startsLineComment(engine: Engine, sql: string, at: number): boolean {
  if (engine === 'mysql' && sql[at] === '#') return true;
  if (sql[at] !== '-' || sql[at + 1] !== '-') return false;
  // MySQL takes `--` for a comment only before a space, a control character or the end.
  return engine === 'sqlite' || sql[at + 2] === undefined || /\s/.test(sql.charAt(at + 2));
}

function quotedToken(engine: Engine, sql: string, start: number): SqlToken | null {
  const open = sql.charAt(start);
  const backslash = engine === 'mysql';
  if (open === "'") {
    return { kind: 'string', text: sql.slice(start, endOfQuoted(sql, start, "'", backslash)), start };
  }
  if (open === '"') {
    const text = sql.slice(start, endOfQuoted(sql, start, '"', backslash));
    return { kind: engine === 'mysql' ? 'string' : 'quoted', text, start };
  }
  if (open === '`')
    return { kind: 'quoted', text: sql.slice(start, endOfQuoted(sql, start, '`', false)), start };
  if (open === '[' && engine === 'sqlite') {
    return { kind: 'quoted', text: sql.slice(start, endOfQuoted(sql, start, ']', false)), start };
  }
  return null;
}

function tokenAt(engine: Engine, sql: string, start: number): SqlToken {
  if (startsLineComment(engine, sql, start)) {
    return { kind: 'comment', text: sql.slice(start, endOfLine(sql, start)), start };
  }
  if (sql.startsWith('/*', start)) {
    const end = sql.indexOf('*/', start + 2);
    if (end < 0) throw new UnterminatedSqlError('comment', sql, start);
    // `/*! … */` and `/*+ … */` are code to MySQL, not comments.
    const isCode = engine === 'mysql' && /[!+]/.test(sql.charAt(start + 2));
    return { kind: isCode ? 'symbol' : 'comment', text: sql.slice(start, end + 2), start };
  }
  const quoted = quotedToken(engine, sql, start);
  if (quoted) return quoted;
  WORD.lastIndex = start;
  const word = WORD.exec(sql)?.[0];
  return word === undefined
    ? { kind: 'symbol', text: sql.charAt(start), start }
    : { kind: 'word', text: word, start };
}

/** The tokens of a text in order, without white space. */
export function* sqlTokens(engine: Engine, sql: string): Generator<SqlToken> {
  let at = 0;
  while (at < sql.length) {
    if (/\s/.test(sql.charAt(at))) {
      at += 1;
      continue;
    }
    const token = tokenAt(engine, sql, at);
    yield token;
    at = token.start + token.text.length;
  }
}

/** The name inside a bare or quoted identifier. */
export function identifierOf(token: SqlToken): string {
  if (token.kind === 'word') return token.text;
  const close = token.text.charAt(token.text.length - 1);
  return token.text.slice(1, -1).replaceAll(close + close, close);
}

import type { Engine } from '../sql/direct-sql.js';
import { identifierOf, sqlTokens, type SqlToken } from './sql-tokens.js';

/** An object of the database whose definition a statement changes. */
export interface SqlObject {
  readonly kind: 'table' | 'trigger';
  readonly name: string;
}

/**
 * How a statement takes effect:
 * - `session` only for the connection that ran it, so it is repeated on the next one;
 * - `data` together with the transaction around it;
 * - `definition` by itself and at once on MySQL, visible in the definitions of `objects`;
 * - `unsupported` in a way that cannot be told after a crash.
 */
export type StatementEffect =
  | { readonly kind: 'session' | 'data' | 'unsupported' }
  | { readonly kind: 'definition'; readonly objects: readonly SqlObject[] };

const SESSION = new Set(['SET', 'PRAGMA']);
const DATA = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'SELECT', 'WITH']);
const NOT_A_NAME = new Set(['IF', 'NOT', 'EXISTS', 'TABLE', 'ONLY', 'IGNORE', 'ONLINE', 'OFFLINE']);
/** Words between CREATE and the kind of object are at most a DEFINER clause and an OR REPLACE. */
const OPENING_TOKENS = 16;

const UNSUPPORTED: StatementEffect = { kind: 'unsupported' };

function upper(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : (token?.text ?? '');
}

function isName(token: SqlToken): boolean {
  return token.kind === 'quoted' || (token.kind === 'word' && !NOT_A_NAME.has(token.text.toUpperCase()));
}

/** The name at the first identifier from `from` on; of `database.table` the table. */
function nameFrom(tokens: readonly SqlToken[], from: number): string | null {
  const first = tokens.findIndex((token, index) => index >= from && isName(token));
  const token = tokens[first];
  if (!token) return null;
  const qualified = tokens[first + 1]?.text === '.' ? tokens[first + 2] : undefined;
  return identifierOf(qualified ?? token);
}

/** Every name of a comma list such as `a, b` or `a TO b, c TO d`. */
function namesFrom(tokens: readonly SqlToken[], from: number): string[] {
  const names: string[] = [];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    const isStart = at === from || tokens[at - 1]?.text === ',' || upper(tokens[at - 1]) === 'TO';
    const name = token && isStart ? nameFrom(tokens, at) : null;
    if (name !== null) names.push(name);
  }
  return names;
}

function definition(kind: SqlObject['kind'], names: readonly (string | null)[]): StatementEffect {
  const known = names.filter((name) => name !== null);
  return known.length === 0
    ? UNSUPPORTED
    : { kind: 'definition', objects: known.map((name) => ({ kind, name })) };
}

function indexTable(tokens: readonly SqlToken[]): string | null {
  const on = tokens.findIndex((token) => upper(token) === 'ON');
  return on < 0 ? null : nameFrom(tokens, on + 1);
}

function definitionEffect(tokens: readonly SqlToken[]): StatementEffect {
  const kindAt = tokens
    .slice(0, OPENING_TOKENS)
    .findIndex((token) => ['TABLE', 'TABLES', 'INDEX', 'TRIGGER', 'VIEW'].includes(upper(token)));
  const isDrop = upper(tokens[0]) === 'DROP';
  switch (upper(tokens[kindAt])) {
    case 'TABLE':
    case 'TABLES':
    case 'VIEW':
      return definition(
        'table',
        isDrop || upper(tokens[0]) === 'RENAME'
          ? namesFrom(tokens, kindAt + 1)
          : [nameFrom(tokens, kindAt + 1)],
      );
    case 'INDEX':
      return definition('table', [indexTable(tokens)]);
    case 'TRIGGER':
      return definition('trigger', [nameFrom(tokens, kindAt + 1)]);
    default:
      return UNSUPPORTED;
  }
}

/** Tells how a statement takes effect, from its opening words. */
export function effectOf(engine: Engine, sql: string): StatementEffect {
  const tokens = [...sqlTokens(engine, sql)].filter((token) => token.kind !== 'comment');
  const verb = upper(tokens[0]);
  if (SESSION.has(verb)) return { kind: 'session' };
  if (DATA.has(verb)) return { kind: 'data' };
  if (!['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE'].includes(verb)) return UNSUPPORTED;
  // SQLite changes definitions inside the transaction, like data.
  if (engine === 'sqlite') return { kind: 'data' };
  // Emptying a table twice leaves it empty; there is nothing to see in its definition.
  if (verb === 'TRUNCATE') return { kind: 'definition', objects: [] };
  return definitionEffect(tokens);
}

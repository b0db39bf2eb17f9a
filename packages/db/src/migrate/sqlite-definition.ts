import { identifierOf, sqlTokens, type SqlToken } from './sql-tokens.js';

/** What SQLite's PRAGMAs do not tell about a column, out of the text that created its table. */
interface ColumnDefinition {
  readonly collation: string | null;
  /** The limit in a check on its length. */
  readonly length: number | null;
  readonly autoIncrement: boolean;
}

/** A CREATE TABLE, taken apart. */
export interface TableDefinition {
  readonly columns: ReadonlyMap<string, ColumnDefinition>;
  /** Names of foreign keys by their columns, joined with commas. */
  readonly foreignKeyNames: ReadonlyMap<string, string>;
}

const CONSTRAINTS = new Set(['CONSTRAINT', 'PRIMARY', 'FOREIGN', 'UNIQUE', 'CHECK']);

/** The parts between the outer parentheses, cut at the commas that are not inside deeper ones. */
function bodyParts(sql: string): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of sqlTokens('sqlite', sql)) {
    if (token.kind === 'comment') continue;
    if (token.text === ')') depth -= 1;
    if (depth === 1 && token.text === ',') parts.push([]);
    else if (depth >= 1) parts[parts.length - 1]?.push(token);
    if (token.text === '(') depth += 1;
  }
  return parts;
}

function wordAt(tokens: readonly SqlToken[], index: number): string {
  const token = tokens[index];
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}

function columnDefinition(tokens: readonly SqlToken[]): ColumnDefinition {
  const collate = tokens.findIndex((_, index) => wordAt(tokens, index) === 'COLLATE');
  const collation = tokens[collate + 1];
  const text = tokens.map((token) => token.text).join(' ');
  const limit = /CHECK \( length \( .+ \) < = (\d+) \)/i.exec(text)?.[1];
  return {
    collation: collate >= 0 && collation ? identifierOf(collation).toUpperCase() : null,
    length: limit === undefined ? null : Number(limit),
    autoIncrement: tokens.some((_, index) => wordAt(tokens, index) === 'AUTOINCREMENT'),
  };
}

function namedForeignKey(tokens: readonly SqlToken[]): readonly [string, string] | null {
  const [, name] = tokens;
  if (wordAt(tokens, 0) !== 'CONSTRAINT' || wordAt(tokens, 2) !== 'FOREIGN' || !name) return null;
  const open = tokens.findIndex((token) => token.text === '(');
  const close = tokens.findIndex((token) => token.text === ')');
  const columns = tokens.slice(open + 1, close).filter((token) => token.text !== ',');
  return [columns.map(identifierOf).join(','), identifierOf(name)];
}

/** Takes apart the statement that `sqlite_master` keeps of a table. */
export function readTableDefinition(sql: string): TableDefinition {
  const columns = new Map<string, ColumnDefinition>();
  const foreignKeyNames = new Map<string, string>();
  for (const part of bodyParts(sql)) {
    const [first] = part;
    if (!first) continue;
    const named = namedForeignKey(part);
    if (named) foreignKeyNames.set(...named);
    else if (!CONSTRAINTS.has(wordAt(part, 0)))
      columns.set(identifierOf(first), columnDefinition(part.slice(1)));
  }
  return { columns, foreignKeyNames };
}

import { createHash } from 'node:crypto';

/** A parameter of a cached query. Properties that are `undefined` count as absent. */
export type KeyParameter =
  | string
  | number
  | boolean
  | bigint
  | Date
  | null
  | undefined
  | readonly KeyParameter[]
  | { readonly [name: string]: KeyParameter };

/** Parameters longer than this are replaced by their hash. */
const longestParameters = 160;

/** What would read as structure inside a segment: separators, wildcards, hash tags, blanks. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const structural = /[%:*{}\s\u0000-\u001f\u007f]/g;

function escapeCharacter(character: string): string {
  return encodeURIComponent(character).replace('*', '%2A');
}

/** Makes one segment of a key out of any text, so that no text can reach into another segment. */
export function keySegment(text: string, name = 'segment'): string {
  if (text === '') {
    throw new TypeError(`${name} of a cache key must not be empty`);
  }
  return text.replace(structural, escapeCharacter);
}

function isList(value: object): value is readonly KeyParameter[] {
  return Array.isArray(value);
}

function canonicalNumber(value: number): string {
  return Object.is(value, -0) ? '0' : String(value);
}

function canonicalObject(value: { readonly [name: string]: KeyParameter }): string {
  const fields = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .toSorted()
    .map((name) => {
      const shown = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
      return `${shown}=${canonical(value[name])}`;
    });
  return `(${fields.join(',')})`;
}

function canonical(value: KeyParameter): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return canonicalNumber(value);
    case 'bigint':
      return `${value}n`;
    case 'boolean':
      return String(value);
    case 'undefined':
      return '-';
    default:
  }
  if (value === null) {
    return 'null';
  }
  if (value instanceof Date) {
    return `@${value.getTime()}`;
  }
  return isList(value) ? `[${value.map(canonical).join(',')}]` : canonicalObject(value);
}

/**
 * The one text that stands for equal parameters, whatever the order of their fields; different
 * parameters (also `1` and `"1"`) give different texts. Long ones become a hash.
 */
export function canonicalParameters(parameters: KeyParameter): string {
  const text = keySegment(canonical(parameters));
  return text.length <= longestParameters
    ? text
    : `#${createHash('sha256').update(text).digest('base64url')}`;
}

/** The four forms of cache keys. */
export const cacheKeys = {
  /** `api:<endpoint>:<params>`: an answer of a procedure. */
  api: (endpoint: string, parameters: KeyParameter = {}): string =>
    `api:${keySegment(endpoint, 'endpoint')}:${canonicalParameters(parameters)}`,
  /** `db:<table>:<query>:<params>`: the result of a query. */
  db: (table: string, query: string, parameters: KeyParameter = {}): string =>
    `db:${keySegment(table, 'table')}:${keySegment(query, 'query')}:${canonicalParameters(parameters)}`,
  /** `user:<id>:<type>`: something about one person. */
  user: (id: string, type: string): string => `user:${keySegment(id, 'user id')}:${keySegment(type, 'type')}`,
  /** `guild:<id>:<type>`: something about one guild. */
  guild: (id: string, type: string): string =>
    `guild:${keySegment(id, 'guild id')}:${keySegment(type, 'type')}`,
} as const;

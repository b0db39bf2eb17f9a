/** A cursor that this server did not give, or gave for another list. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';

  constructor() {
    super('The cursor is not one of this list; start from the first page.');
  }
}

const kinds = {
  text: (raw: unknown) => (typeof raw === 'string' && raw.length <= 512 ? raw : undefined),
  instant: (raw: unknown) => {
    if (typeof raw !== 'number' || !Number.isInteger(raw)) return undefined;
    const instant = new Date(raw);
    return Number.isNaN(instant.getTime()) ? undefined : instant;
  },
  bigint: (raw: unknown) => (typeof raw === 'string' && /^-?\d{1,19}$/.test(raw) ? BigInt(raw) : undefined),
  int: (raw: unknown) => (typeof raw === 'number' && Number.isSafeInteger(raw) ? raw : undefined),
} as const;

type Kind = keyof typeof kinds;
type ValueOf<K extends Kind> = NonNullable<ReturnType<(typeof kinds)[K]>>;
type ValuesOf<Ks extends readonly Kind[]> = { [I in keyof Ks]: ValueOf<Ks[I]> };

function encoded(value: string | number | bigint | Date): string | number {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'bigint' ? value.toString() : value;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursorError();
  }
}

/** One list's cursor: its name, so that no other list takes it, and the kinds of its sort values in order. */
export interface CursorFormat<Values> {
  encode(values: Values): string;
  /** @throws InvalidCursorError for anything else than what `encode` gave. What it holds is never trusted. */
  decode(cursor: string): Values;
}

/** The cursor of a list: opaque to clients, base64url of the sort values of the last row. */
export function cursorFormat<const Ks extends readonly Kind[]>(
  list: string,
  ...places: Ks
): CursorFormat<ValuesOf<Ks>>;
export function cursorFormat(list: string, ...places: readonly Kind[]): CursorFormat<unknown> {
  return {
    encode(values: readonly (string | number | bigint | Date)[]) {
      return Buffer.from(JSON.stringify([list, ...values.map(encoded)])).toString('base64url');
    },
    decode(cursor) {
      const content = parsed(cursor);
      if (!Array.isArray(content) || content[0] !== list || content.length !== places.length + 1) {
        throw new InvalidCursorError();
      }
      return places.map((kind, index) => {
        const value = kinds[kind](content[index + 1]);
        if (value === undefined) throw new InvalidCursorError();
        return value;
      });
    },
  };
}

/**
 * Copies of values that the codec has produced. The cache keeps one master of each value and gives
 * every caller a copy, so that nobody sees what another caller does to theirs.
 */

type Leaf = string | number | boolean | bigint | null | undefined;

function isLeaf(value: unknown): value is Leaf {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isCopyable(value: unknown, above: Set<object>): boolean {
  if (isLeaf(value)) {
    return true;
  }
  if (typeof value !== 'object' || value === null || above.has(value)) {
    return false;
  }
  if (value instanceof Date || value instanceof Uint8Array) {
    return true;
  }
  above.add(value);
  let children: Iterable<unknown>;
  if (Array.isArray(value) || value instanceof Set) {
    children = value;
  } else if (value instanceof Map) {
    children = [...value.keys(), ...value.values()];
  } else if (isPlainObject(value) && !Object.hasOwn(value, '__proto__')) {
    children = Object.values(value);
  } else {
    return false;
  }
  for (const child of children) {
    if (!isCopyable(child, above)) {
      return false;
    }
  }
  above.delete(value);
  return true;
}

/** Whether `copyTree` knows everything in a value: a tree of plain data, nothing cyclic or exotic. */
export function isTree(value: unknown): boolean {
  return isCopyable(value, new Set());
}

/** A deep copy of a value for which `isTree` holds. */
export function copyTree(value: unknown): unknown {
  if (isLeaf(value)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(copyTree);
  }
  if (value instanceof Date) {
    return new Date(value.getTime());
  }
  if (value instanceof Map) {
    return new Map([...value].map(([key, held]) => [copyTree(key), copyTree(held)]));
  }
  if (value instanceof Set) {
    return new Set([...value].map(copyTree));
  }
  if (value instanceof Uint8Array) {
    return Uint8Array.prototype.slice.call(value);
  }
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy) {
    const held = copy[name];
    if (!isLeaf(held)) {
      copy[name] = copyTree(held);
    }
  }
  return copy;
}

/** Dependencies one entry may have: its key, its prefixes and its tags. */
const dependencyLimit = 16;
const prefixLevels = 6;
const longestName = 512;

/** The dependency every entry has; changed by `clear` and when Redis may have lost writes. */
export const everything = 'g';

/**
 * What an entry depends on, in the order in which its epochs are stored: everything, its key, its
 * prefixes from the shortest on, its tags sorted.
 */
export interface Dependencies {
  readonly names: readonly string[];
  readonly tags: readonly string[];
}

/** @throws TypeError for what is no text, or is empty or too long */
export function assertName(name: string, what: string): void {
  if (typeof name !== 'string' || name === '' || name.length > longestName) {
    throw new TypeError(`a cache ${what} must be a text of 1 to ${longestName} characters`);
  }
}

export function keyDependency(key: string): string {
  assertName(key, 'key');
  return `k:${key}`;
}

export function tagDependency(tag: string): string {
  assertName(tag, 'tag');
  return `t:${tag}`;
}

/** The prefix a pattern names. Only a trailing `*` at a `:` boundary costs the same whatever it covers. */
export function patternDependency(pattern: string): string {
  assertName(pattern, 'pattern');
  const prefix = pattern.slice(0, -1);
  if (!pattern.endsWith(':*') || prefix.includes('*')) {
    throw new TypeError(
      `pattern ${JSON.stringify(pattern)} is not a prefix ending in ":*" such as "guild:123:*"; ` +
        'use clear() for everything, or the operator command "slimy cache scan" for other patterns',
    );
  }
  if (prefix.split(':').length - 1 > prefixLevels) {
    throw new TypeError(
      `pattern ${JSON.stringify(pattern)} has more than ${prefixLevels} segments; use a shorter prefix or a tag`,
    );
  }
  return `p:${prefix}`;
}

/** The dependencies of an entry under `key`. */
export function dependenciesOf(key: string, tags: readonly string[] = []): Dependencies {
  const names = [everything, keyDependency(key)];
  for (let at = key.indexOf(':'), level = 0; at !== -1 && level < prefixLevels; level += 1) {
    names.push(`p:${key.slice(0, at + 1)}`);
    at = key.indexOf(':', at + 1);
  }
  const sorted = tags.length > 1 ? [...new Set(tags)].toSorted() : tags;
  for (const tag of sorted) {
    names.push(tagDependency(tag));
  }
  if (names.length - 1 > dependencyLimit) {
    throw new TypeError(
      `cache key ${JSON.stringify(key)} has ${names.length - 1} dependencies (its key, its prefixes and ` +
        `${sorted.length} tags); at most ${dependencyLimit} are possible, use fewer tags`,
    );
  }
  return { names, tags: sorted };
}

/** A dependency in words, for people. */
export function describeDependency(name: string): string {
  switch (name[0]) {
    case 'k':
      return `key ${name.slice(2)}`;
    case 'p':
      return `prefix ${name.slice(2)}`;
    case 't':
      return `tag ${name.slice(2)}`;
    default:
      return 'everything';
  }
}

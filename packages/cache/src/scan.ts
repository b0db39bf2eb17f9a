import type { CacheScan } from './cache.js';
import type { CacheParts, RedisParts } from './cache-parts.js';
import { assertName } from './dependencies.js';

/** Steps of one scan, each of which looks at some hundred names: as much as somebody waits for. */
const mostSteps = 10_000;

/** The texts of a pattern between its `*`. */
type Pieces = readonly [head: string, ...rest: string[]];

function piecesOf(pattern: string): Pieces {
  assertName(pattern, 'pattern');
  const [head = '', ...rest] = pattern.split('*');
  return [head, ...rest];
}

/** Piece after piece, each at the first place it fits: as long as the key, whatever the pattern is. */
function matches([head, ...rest]: Pieces, key: string): boolean {
  const tail = rest.pop();
  if (tail === undefined) {
    return key === head;
  }
  const end = key.length - tail.length;
  if (end < head.length || !key.startsWith(head) || !key.endsWith(tail)) {
    return false;
  }
  let at = head.length;
  for (const piece of rest) {
    const found = key.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) {
      return false;
    }
    at = found + piece.length;
  }
  return true;
}

function scanLocal({ local, clock }: CacheParts, pieces: Pieces, limit: number): CacheScan {
  const keys: string[] = [];
  for (const key of local.keys()) {
    const entry = local.peek(key);
    const stands = entry !== undefined && entry.snapshot.isCurrent() && clock.monotonic() < entry.staleUntil;
    if (!stands || !matches(pieces, key)) {
      continue;
    }
    if (keys.length === limit) {
      return { keys, complete: false };
    }
    keys.push(key);
  }
  return { keys, complete: true };
}

async function scanRedis(
  { link, shared }: RedisParts,
  pieces: Pieces,
  limit: number,
): Promise<CacheScan | null> {
  if (!link.trusted) {
    return null;
  }
  const { names } = shared;
  // Redis may name a key twice.
  const found = new Set<string>();
  let steps = 0;
  const askedAt = performance.now();
  try {
    const walked = await link.port.eachKey(names.valuesBelow(pieces[0]), (some) => {
      for (const key of some.map((name) => names.keyOf(name))) {
        if (matches(pieces, key)) {
          found.add(key);
        }
      }
      steps += 1;
      return found.size > limit || steps === mostSteps ? 'enough' : 'on';
    });
    const keys = [...found].slice(0, limit);
    return { keys, complete: walked === 'all' && keys.length === found.size };
  } catch (error) {
    link.failed(error, askedAt);
    return null;
  }
}

/** Looks for keys; see `Cache.scan`. */
export async function scanKeys(parts: CacheParts, pattern: string, limit: number): Promise<CacheScan | null> {
  const pieces = piecesOf(pattern);
  return parts.redis === undefined ? scanLocal(parts, pieces, limit) : scanRedis(parts.redis, pieces, limit);
}

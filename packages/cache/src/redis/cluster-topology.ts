import type { HostAndPort } from './address.js';

/** Which master has which slots. */
export interface ClusterTopology {
  readonly masters: readonly HostAndPort[];
  /** For each slot the position of its master in `masters`. */
  readonly owners: readonly number[];
}

/** A node as text. */
export function nodeName({ host, port }: HostAndPort): string {
  return `${host}:${port}`;
}

function readRange(range: unknown, asked: HostAndPort) {
  const [from, to, master]: unknown[] = Array.isArray(range) ? range : [];
  const [address, port]: unknown[] = Array.isArray(master) ? master : [];
  const host = address instanceof Buffer && address.length > 0 ? address.toString() : asked.host;
  return { from: Number(from), to: Number(to), master: { host, port: Number(port) } };
}

/**
 * Reads the answer to `CLUSTER SLOTS` that the node `asked` gave.
 * @throws Error when slots are without a master
 */
export function readTopology(reply: unknown, asked: HostAndPort): ClusterTopology {
  const masters: HostAndPort[] = [];
  const owners: number[] = Array.from({ length: 16_384 }, () => -1);
  for (const range of Array.isArray(reply) ? reply : []) {
    const { from, to, master } = readRange(range, asked);
    let position = masters.findIndex((known) => nodeName(known) === nodeName(master));
    if (position === -1) {
      position = masters.push(master) - 1;
    }
    owners.fill(position, from, to + 1);
  }
  if (owners.includes(-1)) {
    throw new Error('the Redis Cluster does not cover all slots');
  }
  return { masters, owners };
}

/** Where an error says a key has moved to; `undefined` for other errors. */
export function movedTo(error: unknown): { slot: number; node: string } | undefined {
  const match = error instanceof Error ? /^MOVED (\d+) (\S+)$/.exec(error.message) : null;
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { slot: Number(match[1]), node: match[2] };
}

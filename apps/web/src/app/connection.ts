/** What the page knows of its server, beside the answers themselves. */
interface Connection {
  /** False since the last call got no answer. */
  readonly reachable: boolean;
  /** The server speaks another contract than this page was built for. */
  readonly outdated: boolean;
  /** The server answers from its cache: its database is away. */
  readonly aged: boolean;
}

let current: Connection = { reachable: true, outdated: false, aged: false };
const listeners = new Set<() => void>();

function change(next: Partial<Connection>): void {
  const changed = { ...current, ...next };
  const same = changed.reachable === current.reachable && changed.outdated === current.outdated;
  if (same && changed.aged === current.aged) return;
  current = changed;
  for (const listener of listeners) listener();
}

/** The connection as a store for `useSyncExternalStore`. */
export const connection = {
  current: () => current,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  reachable: () => change({ reachable: true }),
  unreachable: () => change({ reachable: false }),
  outdated: () => change({ outdated: true }),
  databaseAway: (seconds: number | null) => change({ aged: seconds !== null }),
  /** Resolves once the server is known to answer. */
  whenReachable: () =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!current.reachable) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    }),
};

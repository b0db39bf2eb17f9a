/** What the page knows of its server, beside the answers themselves. */
export interface Connection {
  /** False since the last call got no answer. */
  readonly reachable: boolean;
  /** The server speaks another contract than this page was built for. */
  readonly outdated: boolean;
}

let current: Connection = { reachable: true, outdated: false };
const listeners = new Set<() => void>();

function change(next: Partial<Connection>): void {
  const changed = { ...current, ...next };
  if (changed.reachable === current.reachable && changed.outdated === current.outdated) return;
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

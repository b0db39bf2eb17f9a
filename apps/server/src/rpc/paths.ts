/** Characters of the names in a path: twenty of the longest and their commas. */
export const RPC_PATH_MAX = 1_000;

/** Where a client opens the one stream that carries all of its subscriptions. */
export const LIVE_PATH = '/trpc-live';

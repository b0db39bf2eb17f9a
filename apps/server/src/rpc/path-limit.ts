/** Characters of the names in a path: twenty of the longest and their commas. */
export const RPC_PATH_MAX = 1_000;

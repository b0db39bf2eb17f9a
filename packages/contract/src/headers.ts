/** HTTP headers that the client and the server agree on, beside `authorization: Bearer <token>`. */
export const headerNames = {
  /** The contract hash of the sender, on calls and on answers. */
  contractHash: 'x-slimy-contract',
  /** The Discord id of the person the bot calls for. */
  actingAs: 'x-slimy-acting-as',
  /** The id of a request in the server's log, on answers. */
  requestId: 'x-request-id',
  /**
   * On answers that were given from the cache because the database is away: the seconds since it last answered. Not
   * there while it answers.
   */
  databaseAway: 'x-slimy-database-away',
} as const;

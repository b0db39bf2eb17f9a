/**
 * Every limit that more than one part of the program must agree on. Counts are items, lengths are
 * UTF-16 code units as JavaScript counts them unless a name says otherwise.
 */
export const limits = {
  /** Items on one page of a list. */
  pageDefault: 50,
  pageMax: 100,
  /** Members of a guild on one page. */
  memberPageMax: 200,
  /** Records of the audit trail on one page, and in one file of an export. */
  auditPageMax: 500,
  auditExportMax: 5_000,
  /** Deepest row that `offset` reaches; beyond it a list is walked by cursor. */
  offsetMax: 10_000,
  /** Largest `total` that is counted exactly; a larger one is given as a lower bound. */
  exactTotalMax: 10_000,
  searchMax: 100,
  /** A cursor holds the sort values of a row, among them names of 200 characters of four bytes. */
  cursorMax: 1_536,
  nameMax: 100,
  /** People in one call of the `*Many` procedures. */
  bulkMembersMax: 500,
  /** People in one `guild.members.sync`. */
  syncMembersMax: 1_000,
  discordRolesMax: 250,
  /** Of the key that identifies a member of a club. */
  memberKeyMax: 200,
  /** Places of a club's ranking: what a program asks for is brought into these bounds. */
  rankingPlacesMin: 3,
  rankingPlacesMax: 25,
  rankingPlacesDefault: 10,
  /** Fewest places that people may ask for in a command. */
  rankingCommandMin: 5,
  /** Events in one `usage.recordMany`. */
  usageEventsMax: 1_000,
  /** A number that is added up, positive or negative: sums of as many as there can be stay numbers. */
  usageNumberMax: 1e18,
  /** Bytes of one event's value as JSON in UTF-8. */
  usageValueBytesMax: 4_096,
  /** Days from the beginning to the end of a period that usage is asked for. */
  usagePeriodDaysMax: 366,
  /** Points of one series. */
  usagePointsMax: 1_000,
  notesMax: 4_000,
  /** Personal API tokens that one person can use at a time. */
  apiTokensMax: 50,
  /** Days that a personal API token may hold. */
  apiTokenDaysMax: 366,
  /** Guilds that a personal API token may be bound to. */
  apiTokenGuildsMax: 100,
  /** Of a conversation's title, in characters as people count them. */
  conversationTitleMax: 200,
  /** Of a message, in characters as people count them: 40,000 bytes at most. */
  messageTextMax: 10_000,
  systemPromptMax: 4_000,
  /** Calls in one HTTP batch. */
  batchMax: 20,
  /** Subscriptions that one event stream carries: as many as a person may hold. */
  liveSubscriptionsMax: 40,
  /** Characters of the list of them as it stands in an address, where headers need room too. */
  liveListMax: 12_000,
  /** Milliseconds after which a quiet event stream says that it lives, and after which a silent one is taken for dead. */
  livePingMs: 15_000,
  liveSilenceMs: 40_000,
  /** Bytes of one RPC request body. */
  bodyBytesMax: 1_048_576,
  /** Bytes of an export that is answered at once; what is larger belongs into a file. */
  exportBytesMax: 33_554_432,
  /** Nesting of a request body. */
  bodyDepthMax: 24,
  /** Largest version of a row that can be read: the next one is still a whole number of 32 bits. */
  versionMax: 2_147_483_646,
  /** Largest signed 64-bit whole number: what a power may be. */
  powerMax: 9_223_372_036_854_775_807n,
} as const;

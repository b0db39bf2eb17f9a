import { AppError } from '../errors.js';

/** What can become of rows that are older than a policy says. */
export type RetentionAction = 'archive' | 'delete';

/** Rows of one kind that can have a retention policy. */
export interface RetentionKind {
  readonly kind: string;
  readonly table: string;
  /** Its primary key, a text. */
  readonly key: string;
  /** The instant that a row's age counts from. */
  readonly instant: string;
  /** Which of the rows, in SQL; null for all. */
  readonly only: string | null;
  /**
   * How they are deleted: row by row; as guilds are erased, with everything that is kept about them; by the sealed
   * ranges of the audit trail; or by the value of a column, see `clears`.
   */
  readonly deletedAs?: 'rows' | 'guilds' | 'sealed-ranges' | 'column';
  /**
   * The column whose value goes while the row stays, or which hands the row over to a sweeper, with what it takes.
   * Rows that took it are no longer among `only`.
   */
  readonly clears?: { readonly column: string; readonly to: 'null' | 'now' };
  /** What may be done with them; rows that still change are never archived. */
  readonly actions: readonly RetentionAction[];
  /** What holds until an operator says otherwise: everything is kept but what ends by itself. */
  readonly standard: { readonly enabled: boolean; readonly days: number | null };
  /** What we propose; domain rules 2.9. */
  readonly proposal: { readonly action: RetentionAction; readonly days: number };
  /** Columns that lead to other rows, which must be there when an archive is brought back. */
  readonly parents: Readonly<Record<string, string>>;
  /** The column that names the upload a row uses, which nothing uses any more once the row is deleted. */
  readonly upload?: string;
  /** What columns take that an archive of an older schema does not have. */
  readonly missing: Readonly<Record<string, string | number | boolean>>;
}

const kept = { enabled: false, days: null } as const;

/** Every kind of rows with a retention policy. */
export const retentionKinds: readonly RetentionKind[] = [
  {
    kind: 'chat',
    table: 'chat_messages',
    key: 'id',
    instant: 'created_at',
    only: null,
    actions: ['archive', 'delete'],
    standard: kept,
    proposal: { action: 'archive', days: 180 },
    parents: { user_id: 'users', guild_id: 'guilds', conversation_id: 'conversations' },
    missing: { admin_only: false, role: 'user' },
  },
  {
    kind: 'stats',
    table: 'stats',
    key: 'id',
    instant: 'timestamp',
    only: null,
    actions: ['archive', 'delete'],
    standard: kept,
    proposal: { action: 'archive', days: 90 },
    parents: { user_id: 'users', guild_id: 'guilds' },
    missing: { source: 'system' },
  },
  {
    kind: 'rollups',
    table: 'stat_rollups',
    key: 'id',
    instant: 'bucket_start',
    only: null,
    actions: ['delete'],
    standard: kept,
    proposal: { action: 'delete', days: 730 },
    parents: {},
    missing: {},
  },
  {
    kind: 'screenshots',
    table: 'screenshot_analyses',
    key: 'id',
    instant: 'created_at',
    only: null,
    actions: ['delete'],
    standard: kept,
    proposal: { action: 'delete', days: 30 },
    parents: {},
    upload: 'upload_id',
    missing: {},
  },
  {
    // What the model answered, word for word; the analysis that was read out of it stays.
    kind: 'raw_answers',
    table: 'screenshot_analyses',
    key: 'id',
    instant: 'created_at',
    only: 'raw_response IS NOT NULL',
    deletedAs: 'column',
    clears: { column: 'raw_response', to: 'null' },
    actions: ['delete'],
    standard: kept,
    proposal: { action: 'delete', days: 30 },
    parents: {},
    missing: {},
  },
  {
    // Files that something uses; those that nothing uses go by themselves. The sweeper takes the file, then the row.
    kind: 'uploads',
    table: 'uploads',
    key: 'id',
    instant: 'created_at',
    only: "state = 'stored' AND expires_at IS NULL",
    deletedAs: 'column',
    clears: { column: 'expires_at', to: 'now' },
    actions: ['delete'],
    standard: kept,
    proposal: { action: 'delete', days: 30 },
    parents: {},
    missing: {},
  },
  {
    kind: 'memberships',
    table: 'user_guilds',
    key: 'id',
    instant: 'left_at',
    only: null,
    actions: ['delete'],
    standard: { enabled: true, days: 0 },
    proposal: { action: 'delete', days: 0 },
    parents: {},
    missing: {},
  },
  {
    // Guilds that the bot has left.
    kind: 'guilds',
    table: 'guilds',
    key: 'id',
    instant: 'bot_left_at',
    only: 'bot_present = 0',
    deletedAs: 'guilds',
    actions: ['delete'],
    standard: kept,
    proposal: { action: 'delete', days: 30 },
    parents: {},
    missing: {},
  },
  {
    // Whole sealed ranges: a range goes once its youngest record is as old.
    kind: 'audit',
    table: 'audit_logs',
    key: 'id',
    instant: 'timestamp',
    only: null,
    deletedAs: 'sealed-ranges',
    actions: ['archive', 'delete'],
    standard: kept,
    proposal: { action: 'delete', days: 400 },
    parents: {},
    missing: {},
  },
  {
    // Personal API tokens. Discord's tokens of a person end with what uses them, by no policy: `UnusedTokens`.
    kind: 'tokens',
    table: 'api_tokens',
    key: 'id',
    instant: 'expires_at',
    only: null,
    actions: ['delete'],
    standard: { enabled: true, days: 0 },
    proposal: { action: 'delete', days: 0 },
    parents: {},
    missing: {},
  },
];

/** A kind by its name. */
export function retentionKind(kind: string): RetentionKind | undefined {
  return retentionKinds.find((one) => one.kind === kind);
}

/** @throws AppError `not_found` naming the kinds there are */
export function requireKind(name: string): RetentionKind {
  const kind = retentionKind(name);
  if (kind) return kind;
  throw new AppError('not_found', `There is no kind of rows called "${name}".`, {
    remedy: `Known are ${retentionKinds.map((one) => one.kind).join(', ')}.`,
  });
}

/** @throws AppError `invalid_input` when rows of the kind do not take the action */
export function requireTaken(kind: RetentionKind, action: RetentionAction): void {
  if (kind.actions.includes(action)) return;
  const message = `must be ${kind.actions.join(' or ')} for this kind`;
  throw new AppError('invalid_input', `action ${message}.`, { fields: [{ path: ['action'], message }] });
}

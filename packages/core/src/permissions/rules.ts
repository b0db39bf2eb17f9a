import type { Action } from '@slimy/contract';
import type { Caller } from '../caller.js';

/**
 * Who may call a procedure. Each procedure names one rule; there is no other place where a call is allowed.
 * - `public`: anyone, also signed out
 * - `signedIn`: any person
 * - `self`: a person, on what is their own (the service reads and writes by the caller's own id only)
 * - `member`: a member of the guild that the input names
 * - `action`: a member with that action in the guild that the input names
 * - `operator`: an operator of the installation, signed in as a person
 * - `bot`: the bot by itself
 * - `resolver`: a named rule kept in resolvers.ts
 */
export type Rule =
  | { readonly kind: 'public' }
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'self' }
  | { readonly kind: 'member' }
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'operator' }
  | { readonly kind: 'bot' }
  | { readonly kind: 'resolver'; readonly name: ResolverName };

/**
 * The named rules:
 * - `connectGuild` asks Discord
 * - `ingestUsage`: as `recordUsage`, or the bot by itself
 * - `readMessages`: a member of the guild whose room is named, or the owner of the conversation
 * - `recordUsage`: a person, in every guild that their events name
 * - `seeAudit`: operator, `view_audit` in the guild that is named, or one's own acts where none is
 * - `seePerson`: self, operator, or who shares a guild
 * - `seeUsage`: `view_usage` in the guild that is named, or one's own where none is
 * - `selfOrOperator`: the person themselves, and an operator for anybody
 * - `useUploads`: `upload_club_data` in the guild that is named, or one's own files where none is
 * - `writeMessages`: `write_chat` in the guild, and `read_admin_chat` for a message to admins, or the owner of
 *   the conversation
 */
export type ResolverName =
  | 'connectGuild'
  | 'ingestUsage'
  | 'readMessages'
  | 'recordUsage'
  | 'seeAudit'
  | 'seePerson'
  | 'seeUsage'
  | 'selfOrOperator'
  | 'useUploads'
  | 'writeMessages';

/** The rules as the procedures write them. */
export const rule = {
  public: { kind: 'public' },
  signedIn: { kind: 'signedIn' },
  self: { kind: 'self' },
  member: { kind: 'member' },
  operator: { kind: 'operator' },
  bot: { kind: 'bot' },
  action: (action: Action) => ({ kind: 'action', action }) as const,
  resolver: (name: ResolverName) => ({ kind: 'resolver', name }) as const,
} as const satisfies Record<string, Rule | ((...input: never[]) => Rule)>;

/** How a procedure may be called, as its declaration says. */
export interface CallForm {
  /** Whether the bot may call it for a person. */
  readonly viaBot: boolean;
  /** Whether a program may call it with a personal API token. */
  readonly byToken: boolean;
  readonly mutation: boolean;
}

/**
 * Decides a call before its service runs: passes in silence, throws `AppError` when the call may not go on.
 * The order of refusals is `UNAUTHORIZED`, `BAD_REQUEST` (the input, between the two methods), `NOT_FOUND`
 * (who is not a member, or may not know), `FORBIDDEN`. A way of calling that the procedure does not offer
 * (the bot where it may not stand in for a person, a read-only token) is `FORBIDDEN` before anything is looked up.
 */
export interface PermissionGate {
  /** What can be said before the input is read: whether somebody is there at all. */
  beforeInput(caller: Caller, rule: Rule, form: CallForm): void;
  /** What needs the parsed input: way of calling, membership, action, named rules. */
  afterInput(caller: Caller, rule: Rule, input: unknown, form: CallForm): Promise<void>;
}

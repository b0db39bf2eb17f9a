import { actions, type Action, type Role } from '@slimy/contract';
import { AppError } from '../errors.js';
import type { GuildStanding } from './standing.js';

const clubAndAbove = ['club', 'editor', 'moderator', 'admin', 'owner'] as const;
const editorAndAbove = ['editor', 'moderator', 'admin', 'owner'] as const;
const moderatorAndAbove = ['moderator', 'admin', 'owner'] as const;
const admins = ['admin', 'owner'] as const;

/**
 * The roles of which one is needed for an action (vector `guild-action-matrix`). Every membership carries
 * `member`, so what lists `member` is open to all who are in the guild.
 */
const allowedRoles: Readonly<Record<Action, readonly Role[]>> = {
  view_members: ['member', 'moderator', 'admin', 'owner'],
  write_chat: ['member'],
  upload_club_data: clubAndAbove,
  manage_settings: editorAndAbove,
  correct_club_data: editorAndAbove,
  manage_members: moderatorAndAbove,
  view_usage: moderatorAndAbove,
  read_admin_chat: moderatorAndAbove,
  manage_guild: admins,
  view_audit: admins,
  export_data: admins,
  erase_data: ['owner'],
  delete_guild: ['owner'],
};

function isAction(name: string): name is Action {
  return Object.hasOwn(allowedRoles, name);
}

/** Whether somebody who holds these roles in a guild may do this there; an unknown action is refused. */
export function mayDo(held: readonly Role[], action: string): boolean {
  return isAction(action) && allowedRoles[action].some((role) => held.includes(role));
}

/** All that somebody who holds these roles may do in the guild. */
export function abilitiesOf(held: readonly Role[]): Action[] {
  return actions.filter((action) => mayDo(held, action));
}

/** Refuses whoever's place in a guild does not include an action. @throws AppError `action_not_allowed` */
export function requireAction(place: GuildStanding, action: Action): void {
  if (mayDo(place.roles, action)) return;
  throw new AppError('action_not_allowed', `Your roles in this server do not include "${action}".`, {
    remedy: 'Ask an admin of the server for a role that allows it.',
  });
}

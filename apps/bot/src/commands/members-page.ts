import { limits, roles, type Role } from '@slimy/contract';

/** People on one page of `/guild members`. */
export const MEMBERS_PER_PAGE = 20;
/** The longest search that still fits into a button's id beside the rest, in UTF-16 code units. */
export const MEMBER_SEARCH_MAX = 80;
export const MEMBERS_PREFIX = 'members';

/** Which members are shown: everything a page button must know. */
export interface MembersPage {
  readonly offset: number;
  readonly role: Role | null;
  readonly search: string;
}

/** The page as a button's id, at most 100 characters: `members:<offset>:<place of the role>:<search>`. */
export function membersPageId({ offset, role, search }: MembersPage): string {
  return [MEMBERS_PREFIX, offset, role === null ? '' : roles.indexOf(role), search].join(':');
}

/** Reads what `membersPageId` wrote; null for anything else. */
export function membersPageOf(id: string): MembersPage | null {
  const parts = /^members:(?<offset>\d{1,5}):(?<role>\d?):(?<search>.*)$/s.exec(id)?.groups;
  if (!parts) return null;
  const offset = Number(parts['offset']);
  const role = parts['role'] === '' ? null : roles[Number(parts['role'])];
  if (role === undefined || offset > limits.offsetMax) return null;
  return { offset, role, search: parts['search'] ?? '' };
}

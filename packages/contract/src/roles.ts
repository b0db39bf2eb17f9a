import { z } from 'zod';

/** The ladder of roles in a guild, lowest first. A role counts in its guild alone. */
export const roles = ['member', 'club', 'editor', 'moderator', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];
export const role = z.enum(roles);

/** Roles that a person may grant; `owner` follows Discord and `member` comes with the membership. */
export const grantableRoles = ['club', 'editor', 'moderator', 'admin'] as const;
export const grantableRole = z.enum(grantableRoles);
export type GrantableRole = z.infer<typeof grantableRole>;

/** What can be done in a guild. */
export const actions = [
  'view_members',
  'write_chat',
  'upload_club_data',
  'manage_settings',
  'correct_club_data',
  'manage_members',
  'view_usage',
  'read_admin_chat',
  'manage_guild',
  'view_audit',
  'export_data',
  'erase_data',
  'delete_guild',
] as const;
export type Action = (typeof actions)[number];
export const action = z.enum(actions);

import type { Action, weekdays } from '@slimy/contract';

/** What each action means, for people. */
export const actionTexts: Record<Action, string> = {
  view_members: 'See the members',
  write_chat: 'Write in the chat',
  upload_club_data: 'Upload club data',
  manage_settings: 'Change settings and personality',
  correct_club_data: 'Correct club data',
  manage_members: 'Add and remove members, set roles',
  view_usage: 'See usage',
  read_admin_chat: 'Read the admins’ chat',
  manage_guild: 'Manage the guild',
  view_audit: 'Read the audit trail',
  export_data: 'Export data',
  erase_data: 'Erase data',
  delete_guild: 'Delete the guild here',
};

/** The days of the week by the contract's short names, Monday first as calendars have it. */
export const dayNames: Record<(typeof weekdays)[number], string> = {
  MON: 'Monday',
  TUE: 'Tuesday',
  WED: 'Wednesday',
  THU: 'Thursday',
  FRI: 'Friday',
  SAT: 'Saturday',
  SUN: 'Sunday',
};

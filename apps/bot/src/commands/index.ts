import type { ButtonAction, Command } from './command.js';
import { guildConnect } from './guild-connect.js';
import { guildInfo } from './guild-info.js';
import { guildMembers, membersPageButton } from './guild-members.js';
import { guildSettingsSet, guildSettingsView } from './guild-settings.js';

/** Every command, in the order people see them. */
export const commands: readonly Command[] = [
  guildInfo,
  guildMembers,
  guildSettingsView,
  guildSettingsSet,
  guildConnect,
];

/** Every button's meaning. */
export const buttonActions: readonly ButtonAction[] = [membersPageButton];

import { weekdays, viewModes, type guildSettingsFields } from '@slimy/contract';
import type { OptionDefinition } from './options.js';

type SettingName = keyof typeof guildSettingsFields;

/** The options that `/guild settings set` offers for each setting. A setting without an entry does not compile. */
export const settingOptions: Record<SettingName, readonly OptionDefinition[]> = {
  sheetId: [
    { name: 'sheet', description: 'Address or id of the Google sheet', kind: 'text', maxLength: 500 },
  ],
  sheetTab: [
    { name: 'sheet-tab', description: 'Name of the tab in that sheet', kind: 'text', maxLength: 128 },
  ],
  viewMode: [{ name: 'view', description: 'Which values lists show', kind: 'text', choices: viewModes }],
  allowPublic: [{ name: 'public', description: 'May anybody see the public summary?', kind: 'flag' }],
  screenshotChannelId: [
    { name: 'screenshot-channel', description: 'Channel whose pictures are read', kind: 'channel' },
  ],
  uploadsEnabled: [{ name: 'uploads', description: 'May pictures be uploaded?', kind: 'flag' }],
  notes: [
    { name: 'notes', description: 'Notes for those who manage this server', kind: 'text', maxLength: 4000 },
  ],
  weekAnchor: [
    { name: 'week-day', description: 'Day on which the week begins', kind: 'text', choices: weekdays },
    { name: 'week-time', description: 'Time at which the week begins, HH:mm', kind: 'text', maxLength: 5 },
    { name: 'week-zone', description: 'Time zone, such as Europe/Berlin', kind: 'text', maxLength: 64 },
  ],
  weekWindowDays: [
    {
      name: 'week-window',
      description: 'Days in which a scan counts for the week',
      kind: 'whole',
      min: 1,
      max: 14,
    },
  ],
  warnTotalLow: [
    {
      name: 'warn-low',
      description: 'Warn below this total power, a whole number',
      kind: 'text',
      maxLength: 25,
    },
  ],
  warnTotalHigh: [
    {
      name: 'warn-high',
      description: 'Warn above this total power, a whole number',
      kind: 'text',
      maxLength: 25,
    },
  ],
  clubRoleId: [
    { name: 'club-role', description: 'Discord role whose holders belong to the club', kind: 'role' },
  ],
  aiTokensPerMinute: [
    { name: 'ai-limit', description: 'AI tokens a minute', kind: 'whole', min: 1, max: 10_000_000 },
  ],
};

/** Settings that can be taken back to "not set", by the name of their first option. */
export const clearableSettings = {
  sheet: 'sheetId',
  'sheet-tab': 'sheetTab',
  'screenshot-channel': 'screenshotChannelId',
  notes: 'notes',
  week: 'weekAnchor',
  'week-window': 'weekWindowDays',
  'warn-low': 'warnTotalLow',
  'warn-high': 'warnTotalHigh',
  'club-role': 'clubRoleId',
  'ai-limit': 'aiTokensPerMinute',
} as const satisfies Record<string, SettingName>;

/** What a person calls the setting that a field problem is about. */
export function settingOptionName(path: readonly (string | number)[]): string {
  const [first, second] = path.filter((step) => step !== 'settings').map(String);
  if (first === 'weekAnchor' && second !== undefined) {
    return { day: 'week-day', time: 'week-time', timeZone: 'week-zone' }[second] ?? 'week-day';
  }
  const entry = Object.entries(settingOptions).find(([field]) => field === first);
  return entry?.[1][0]?.name ?? first ?? 'the command';
}

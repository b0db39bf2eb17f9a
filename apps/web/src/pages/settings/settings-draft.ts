import type { GuildSettings, weekdays } from '@slimy/contract';
import { numberOrText, powerOrText } from '../../forms/whole-number.ts';
import { grouped } from '../../parts/numbers.ts';

/** The settings as the form holds them: what people type is text until it is sent. */
export interface SettingsDraft {
  sheetId: string;
  sheetTab: string;
  viewMode: GuildSettings['viewMode'];
  allowPublic: boolean;
  screenshotChannelId: string;
  uploadsEnabled: boolean;
  notes: string;
  weekAnchor: { day: (typeof weekdays)[number]; time: string; timeZone: string };
  weekWindowDays: string;
  warnTotalLow: string;
  warnTotalHigh: string;
  clubRoleId: string;
  aiTokensPerMinute: string;
}

/** The fields by the names the form gives them, in the form's order. */
export const settingsFields: Record<keyof SettingsDraft, string> = {
  weekAnchor: 'Start of the week',
  weekWindowDays: 'Window in days',
  viewMode: 'Compare with',
  warnTotalLow: 'Warn below',
  warnTotalHigh: 'Warn above',
  uploadsEnabled: 'Uploads',
  screenshotChannelId: 'Screenshot channel',
  clubRoleId: 'Club role',
  sheetId: 'Google sheet',
  sheetTab: 'Tab',
  allowPublic: 'Public page',
  aiTokensPerMinute: 'Tokens per minute',
  notes: 'Notes',
};

const text = (value: number | bigint | null) => (value === null ? '' : grouped(value));
const textOrNull = (value: string) => (value.trim() === '' ? null : value);

/** What the form shows of stored settings. */
export function settingsDraft(stored: GuildSettings): SettingsDraft {
  return {
    sheetId: stored.sheetId ?? '',
    sheetTab: stored.sheetTab ?? '',
    viewMode: stored.viewMode,
    allowPublic: stored.allowPublic,
    screenshotChannelId: stored.screenshotChannelId ?? '',
    uploadsEnabled: stored.uploadsEnabled,
    notes: stored.notes ?? '',
    weekAnchor: stored.weekAnchor,
    weekWindowDays: text(stored.weekWindowDays),
    warnTotalLow: text(stored.warnTotalLow),
    warnTotalHigh: text(stored.warnTotalHigh),
    clubRoleId: stored.clubRoleId ?? '',
    aiTokensPerMinute: text(stored.aiTokensPerMinute),
  };
}

function inputs(draft: SettingsDraft): Record<keyof SettingsDraft, unknown> {
  return {
    ...draft,
    sheetId: textOrNull(draft.sheetId),
    sheetTab: textOrNull(draft.sheetTab),
    screenshotChannelId: textOrNull(draft.screenshotChannelId.trim()),
    notes: textOrNull(draft.notes),
    weekWindowDays: numberOrText(draft.weekWindowDays),
    warnTotalLow: powerOrText(draft.warnTotalLow),
    warnTotalHigh: powerOrText(draft.warnTotalHigh),
    clubRoleId: textOrNull(draft.clubRoleId.trim()),
    aiTokensPerMinute: numberOrText(draft.aiTokensPerMinute),
  };
}

/**
 * The contract's input for the fields that changed. A changed bound brings the other along, as the two are
 * held against each other.
 */
export function settingsChange(draft: SettingsDraft, changed: readonly (keyof SettingsDraft)[]): unknown {
  const fields = new Set(changed);
  if (fields.has('warnTotalLow') || fields.has('warnTotalHigh')) {
    fields.add('warnTotalLow').add('warnTotalHigh');
  }
  const all = inputs(draft);
  return Object.fromEntries([...fields].map((field) => [field, all[field]]));
}

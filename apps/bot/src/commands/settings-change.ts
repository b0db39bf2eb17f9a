import { limits, type GuildSettings, type guildSettingsChange } from '@slimy/contract';
import type { z } from 'zod';
import type { FilledOptions } from './options.js';
import { clearableSettings } from './settings-options.js';

type Change = z.input<typeof guildSettingsChange>;

/** A setting was typed in a form that cannot be sent at all. */
export class SettingError extends Error {}

/** What the person asked to change, as the API takes it; null when they named nothing. */
export function settingsChange(options: FilledOptions, current: GuildSettings): Change | null {
  const change: Change = {
    ...given('sheetId', options.text('sheet')),
    ...given('sheetTab', options.text('sheet-tab')),
    ...given('viewMode', viewMode(options.text('view'))),
    ...given('allowPublic', options.flag('public')),
    ...given('screenshotChannelId', options.text('screenshot-channel')),
    ...given('uploadsEnabled', options.flag('uploads')),
    ...given('notes', options.text('notes')),
    ...given('weekAnchor', weekAnchor(options, current)),
    ...given('weekWindowDays', options.whole('week-window')),
    ...given('warnTotalLow', wholePower('warn-low', options.text('warn-low'))),
    ...given('warnTotalHigh', wholePower('warn-high', options.text('warn-high'))),
    ...given('clubRoleId', options.text('club-role')),
    ...given('aiTokensPerMinute', options.whole('ai-limit')),
    ...cleared(options.text('clear')),
  };
  return Object.keys(change).length === 0 ? null : change;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  const entry: { [Key in Name]?: Value } = {};
  if (value !== undefined) entry[name] = value;
  return entry;
}

function viewMode(text: string | undefined): Change['viewMode'] {
  return text === 'latest' || text === 'baseline' ? text : undefined;
}

/** The parts that were typed over those that are stored: the three make one setting. */
function weekAnchor(options: FilledOptions, { weekAnchor: now }: GuildSettings): Change['weekAnchor'] {
  const day = options.text('week-day');
  const time = options.text('week-time');
  const timeZone = options.text('week-zone');
  if (day === undefined && time === undefined && timeZone === undefined) return undefined;
  return { day: day ?? now.day, time: time ?? now.time, timeZone: timeZone ?? now.timeZone };
}

/** A power typed as digits, with spaces, commas or underscores between thousands. */
function wholePower(name: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const digits = text.trim();
  if (!/^(?:\d+|\d{1,3}(?:[ ,_]\d{3})+)$/.test(digits)) {
    throw new SettingError(`\`${name}\` must be a whole number such as 1500000 or 1,500,000.`);
  }
  const power = BigInt(digits.replaceAll(/\D/g, ''));
  // More digits than a power can have are refused on the way as something that is no number at all.
  if (power > limits.powerMax) throw new SettingError(`\`${name}\` must be at most ${limits.powerMax}.`);
  return power;
}

function cleared(name: string | undefined): Change {
  const field = Object.entries(clearableSettings).find(([option]) => option === name)?.[1];
  return field === undefined ? {} : { [field]: null };
}

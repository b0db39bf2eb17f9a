import type { GuildSettings } from '@slimy/contract';
import { channel, discordRole, plain, shortened } from '../answers/markdown.js';

const NOT_SET = 'not set';
/** How much of the notes an answer shows, in characters. */
const NOTES_SHOWN = 500;

function shown<Value>(value: Value | null, show: (value: Value) => string = String): string {
  return value === null ? NOT_SET : show(value);
}

const yesNo = (flag: boolean) => (flag ? 'yes' : 'no');

/** Every setting with the name of its option, one a line. */
export function settingsLines(settings: GuildSettings): string[] {
  const { weekAnchor: week } = settings;
  const values: Record<string, string> = {
    sheet: shown(settings.sheetId, plain),
    'sheet-tab': shown(settings.sheetTab, plain),
    view: settings.viewMode,
    public: yesNo(settings.allowPublic),
    'screenshot-channel': shown(settings.screenshotChannelId, channel),
    uploads: yesNo(settings.uploadsEnabled),
    week: `${week.day} ${week.time} ${plain(week.timeZone)}`,
    'week-window': shown(settings.weekWindowDays, (days) => `${days} days`),
    'warn-low': shown(settings.warnTotalLow),
    'warn-high': shown(settings.warnTotalHigh),
    'club-role': shown(settings.clubRoleId, discordRole),
    'ai-limit': shown(settings.aiTokensPerMinute, (tokens) => `${tokens} tokens a minute`),
    notes: shown(settings.notes, (notes) => plain(shortened(notes, NOTES_SHOWN))),
  };
  return Object.entries(values).map(([name, value]) => `**${name}:** ${value}`);
}

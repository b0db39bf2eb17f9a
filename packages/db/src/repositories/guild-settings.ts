import type { GuildSettings as ReadSettings } from '@slimy/contract';
import { weekdays } from '@slimy/contract';
import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';

/** A guild's settings as they are saved: without version and time, the week's anchor null while it is the default. */
export type StoredSettings = Omit<ReadSettings, 'version' | 'updatedAt' | 'weekAnchor'> & {
  readonly weekAnchor: ReadSettings['weekAnchor'] | null;
};

/** When a week begins until a guild says otherwise: Friday 04:30 in Los Angeles, the game's own reset. */
const defaultWeekAnchor = { day: 'FRI', time: '04:30', timeZone: 'America/Los_Angeles' } as const;

/** What holds until somebody saves settings. */
export const unsetGuildSettings: ReadSettings = {
  version: 0,
  sheetId: null,
  sheetTab: null,
  viewMode: 'latest',
  allowPublic: false,
  screenshotChannelId: null,
  uploadsEnabled: true,
  notes: null,
  weekAnchor: defaultWeekAnchor,
  weekWindowDays: null,
  warnTotalLow: null,
  warnTotalHigh: null,
  clubRoleId: null,
  aiTokensPerMinute: null,
  updatedAt: null,
};

interface AnchorColumns {
  readonly weekAnchorDay: string | null;
  readonly weekAnchorTime: string | null;
  readonly weekAnchorTimeZone: string | null;
}

function anchorOf({ weekAnchorDay, weekAnchorTime: time, weekAnchorTimeZone: timeZone }: AnchorColumns) {
  const day = weekdays.find((name) => name === weekAnchorDay);
  return day && time !== null && timeZone !== null ? { day, time, timeZone } : defaultWeekAnchor;
}

interface SettingsRow extends AnchorColumns, Omit<StoredSettings, 'weekAnchor' | 'viewMode'> {
  readonly guildId: string;
  readonly viewMode: string;
  readonly version: number;
  readonly updatedAt: Date;
}

function settingsOf(row: SettingsRow): ReadSettings {
  const { guildId: _, weekAnchorDay, weekAnchorTime, weekAnchorTimeZone, viewMode, ...plain } = row;
  return {
    ...plain,
    viewMode: viewMode === 'baseline' ? 'baseline' : 'latest',
    weekAnchor: anchorOf({ weekAnchorDay, weekAnchorTime, weekAnchorTimeZone }),
  };
}

/** The saved settings of several guilds; those that saved nothing are not in the map. */
export async function settingsByGuild(
  scope: Database | Transaction,
  guildIds: readonly string[],
): Promise<Map<string, ReadSettings>> {
  const rows = await tablesOf(scope).guildSettings.findMany({ where: { guildId: { in: [...guildIds] } } });
  return new Map(rows.map((row) => [row.guildId, settingsOf(row)]));
}

/** The typed settings of one guild. */
export class GuildSettings {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    this.#scope = scope;
    this.#guildId = guildId;
  }

  /** What is saved, or what holds until somebody saves (version 0). */
  async get(): Promise<ReadSettings> {
    const row = await tablesOf(this.#scope).guildSettings.findUnique({ where: { guildId: this.#guildId } });
    return row ? settingsOf(row) : unsetGuildSettings;
  }

  /** Saves them under the version; the caller holds the guild and has compared versions. */
  async save(settings: StoredSettings, version: number, now: Date): Promise<void> {
    const { weekAnchor, ...plain } = settings;
    const data = {
      ...plain,
      weekAnchorDay: weekAnchor?.day ?? null,
      weekAnchorTime: weekAnchor?.time ?? null,
      weekAnchorTimeZone: weekAnchor?.timeZone ?? null,
      version,
      updatedAt: now,
    };
    await tablesOf(this.#scope).guildSettings.upsert({
      where: { guildId: this.#guildId },
      create: { guildId: this.#guildId, ...data },
      update: data,
    });
  }
}

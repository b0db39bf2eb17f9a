import type { GuildDetail, GuildMember, GuildSettings } from '@slimy/contract';

/** Settings as the API gives them for a guild where nothing was set. */
export function settingsOf(change: Partial<GuildSettings> = {}): GuildSettings {
  return {
    version: 1,
    sheetId: null,
    sheetTab: null,
    viewMode: 'baseline',
    allowPublic: false,
    screenshotChannelId: null,
    uploadsEnabled: true,
    notes: null,
    weekAnchor: { day: 'MON', time: '00:00', timeZone: 'UTC' },
    weekWindowDays: null,
    warnTotalLow: null,
    warnTotalHigh: null,
    clubRoleId: null,
    aiTokensPerMinute: null,
    updatedAt: null,
    ...change,
  };
}

export function guildDetailOf(id: string, change: Partial<GuildDetail> = {}): GuildDetail {
  return {
    id,
    name: 'Slime Club',
    iconUrl: null,
    roles: ['member', 'editor'],
    memberCount: 12,
    messageCount: 34,
    botPresent: true,
    createdAt: new Date('2026-01-01T00:00:00Z'),
    ownerDiscordId: '100000000000000001',
    abilities: ['view_members', 'manage_settings'],
    settings: settingsOf(),
    updatedAt: new Date('2026-01-02T00:00:00Z'),
    ...change,
  };
}

export function memberOf(index: number, change: Partial<GuildMember> = {}): GuildMember {
  return {
    userId: `u${index}`,
    discordId: String(100_000_000_000_000_000n + BigInt(index)),
    username: `member${index}`,
    globalName: null,
    avatarUrl: null,
    roles: ['member'],
    grantedRoles: [],
    joinedAt: new Date('2026-01-01T00:00:00Z'),
    source: 'sync',
    ...change,
  };
}

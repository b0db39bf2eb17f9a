import { readFileSync } from 'node:fs';
import { roles, type Role, type UsageWindow } from '@slimy/contract';
import { describe, expect, test } from 'vitest';
import { mayDo } from '../src/permissions/actions.ts';
import { mayConnect, rolesFromDiscordPermissions } from '../src/permissions/discord-permissions.ts';
import { inLadderOrder, roleReaches } from '../src/permissions/ladder.ts';
import { placeIn } from '../src/permissions/standing.ts';
import { personalityPresetTraits } from '../src/guilds/personality-presets.ts';
import { activityChangePercent } from '../src/usage/change-percent.ts';
import { periodOf } from '../src/usage/windows.ts';

const text = readFileSync(new URL('../../testing/fixtures/domain-cases.json', import.meta.url), 'utf8');
function casesOf<Case>(id: string): Case[] {
  return JSON.parse(text).suites.find((suite: { id: string }) => suite.id === id).cases;
}
const asRoles = (names: readonly string[]): Role[] => roles.filter((role) => names.includes(role));

interface CrossGuildCase {
  memberships: Record<string, string[]>;
  guild: string;
  needs: string;
  expected: boolean;
}
interface UsageWindowCase {
  window: UsageWindow;
  start?: string;
}
interface ConnectCase {
  discordOwner: boolean;
  permissions: string;
  expected: string;
}

describe('role-rank', () => {
  test.each(casesOf<{ has: string; needs: string; expected: boolean }>('role-rank'))(
    '$has reaches $needs: $expected',
    ({ has, needs, expected }) => {
      expect(roleReaches(has, needs)).toBe(expected);
      expect(roleReaches(` ${has.toUpperCase()} `, needs)).toBe(expected);
    },
  );
});

describe('guild-action-matrix', () => {
  test.each(casesOf<{ action: string; role: string; expected: boolean }>('guild-action-matrix'))(
    '$action by $role: $expected',
    ({ action, role, expected }) => {
      expect(mayDo(asRoles([role]), action)).toBe(expected);
    },
  );
});

describe('discord-permissions-to-roles', () => {
  test.each(
    casesOf<{ permissions: string; isDiscordOwner: boolean; expected: Role[] }>(
      'discord-permissions-to-roles',
    ),
  )('$permissions, owner $isDiscordOwner', ({ permissions, isDiscordOwner, expected }) => {
    expect(rolesFromDiscordPermissions(permissions, isDiscordOwner)).toEqual(expected);
  });
});

describe('role-cross-guild', () => {
  test.each(casesOf<CrossGuildCase>('role-cross-guild'))('$needs in $guild: $expected', (one) => {
    const guilds = Object.entries(one.memberships).map(([guildId, names]) => ({
      guildId,
      roles: asRoles(names),
      presentInDiscord: true,
    }));
    const held = inLadderOrder(placeIn(guilds, one.guild)?.roles ?? []);
    expect(held.some((role) => roleReaches(role, one.needs))).toBe(one.expected);
  });
});

describe('connect-guild', () => {
  test.each(casesOf<ConnectCase>('connect-guild'))(
    'owner $discordOwner, permissions $permissions: $expected',
    ({ discordOwner, permissions, expected }) => {
      const standing = { isOwner: discordOwner, permissions };
      expect(mayConnect(standing)).toBe(expected !== 'refuse');
      if (expected === 'refuse') return;
      const highest = rolesFromDiscordPermissions(permissions, discordOwner);
      expect(highest.includes('owner')).toBe(expected === 'allow as owner');
      expect(highest.includes('admin')).toBe(true);
    },
  );
});

describe('usage-window', () => {
  const now = new Date('2026-04-15T12:00:00Z');
  test.each(casesOf<UsageWindowCase>('usage-window'))('$window', ({ window, start }) => {
    const given = { window, timeZone: 'UTC', ...(start ? {} : { from: new Date(0), to: now }) };
    const { from, to } = periodOf(given, now);
    expect(from).toEqual(new Date(start ?? 0));
    expect(to.getTime() - now.getTime()).toBe(start ? 1 : 0);
  });
});

describe('percent-change', () => {
  interface ChangeCase {
    prev: string;
    cur: string | null;
    activityPct?: number;
  }
  test.each(casesOf<ChangeCase>('percent-change').filter((one) => one.activityPct !== undefined))(
    'activity from $prev to $cur',
    ({ prev, cur, activityPct }) => {
      expect(activityChangePercent(Number(prev), Number(cur))).toBe(activityPct);
    },
  );
});

describe('personality', () => {
  test.each(casesOf<{ preset?: string }>('personality').filter((one) => one.preset))(
    'preset $preset',
    ({ preset, ...traits }) => {
      const presets: Record<string, object> = personalityPresetTraits;
      expect(presets[preset ?? '']).toMatchObject(traits);
    },
  );
});

import { readFileSync } from 'node:fs';
import { roles, type Role } from '@slimy/contract';
import { describe, expect, test } from 'vitest';
import { mayDo } from '../src/permissions/actions.ts';
import { mayConnect, rolesFromDiscordPermissions } from '../src/permissions/discord-permissions.ts';
import { inLadderOrder, roleReaches } from '../src/permissions/ladder.ts';
import { standingIn, type Standing } from '../src/permissions/standing.ts';
import { personalityPresetTraits } from '../src/guilds/personality-presets.ts';

interface Vectors {
  suites: { id: string; cases: Record<string, any>[] }[];
}
const file = new URL('../../testing/fixtures/domain-cases.json', import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));
const casesOf = (id: string) => vectors.suites.find((suite) => suite.id === id)!.cases;
const asRoles = (names: readonly string[]): Role[] => roles.filter((role) => names.includes(role));

describe('role-rank', () => {
  test.each(casesOf('role-rank'))('$has reaches $needs: $expected', ({ has, needs, expected }) => {
    expect(roleReaches(has, needs)).toBe(expected);
    expect(roleReaches(` ${String(has).toUpperCase()} `, needs)).toBe(expected);
  });
});

describe('guild-action-matrix', () => {
  test.each(casesOf('guild-action-matrix'))('$action by $role: $expected', ({ action, role, expected }) => {
    expect(mayDo(asRoles([role]), action)).toBe(expected);
  });
});

describe('discord-permissions-to-roles', () => {
  test.each(casesOf('discord-permissions-to-roles'))(
    '$permissions, owner $isDiscordOwner',
    ({ permissions, isDiscordOwner, expected }) => {
      expect(rolesFromDiscordPermissions(permissions, isDiscordOwner)).toEqual(expected);
    },
  );
});

describe('role-cross-guild', () => {
  test.each(casesOf('role-cross-guild'))('$needs in $guild: $expected', (one) => {
    const memberships: Record<string, string[]> = one.memberships;
    const standing: Standing = {
      userId: 'u1',
      discordId: '100000000000000001',
      guilds: Object.entries(memberships).map(([guildId, names]) => ({
        guildId,
        roles: asRoles(names),
        presentInDiscord: true,
      })),
    };
    const held = inLadderOrder(standingIn(standing, one.guild)?.roles ?? []);
    expect(held.some((role) => roleReaches(role, one.needs))).toBe(one.expected);
  });
});

describe('connect-guild', () => {
  test.each(casesOf('connect-guild'))(
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

describe('personality', () => {
  test.each(casesOf('personality').filter((one) => one.preset))('preset $preset', ({ preset, ...traits }) => {
    const presets: Record<string, object> = personalityPresetTraits;
    expect(presets[preset]).toMatchObject(traits);
  });
});

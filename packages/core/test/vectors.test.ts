import { readFileSync } from 'node:fs';
import { roles, type Role, type UsageWindow } from '@slimy/contract';
import { describe, expect, test } from 'vitest';
import { clubConfidence } from '../src/club/analysis-intake.ts';
import { metricCategory } from '../src/club/metric-category.ts';
import { changeInHundredths, changePercent } from '../src/club/percent-change.ts';
import { weekBefore, weekOf, type WeekAnchor } from '../src/club/weeks.ts';
import { mayDo } from '../src/permissions/actions.ts';
import { mayConnect, rolesFromDiscordPermissions } from '../src/permissions/discord-permissions.ts';
import { inLadderOrder, roleReaches } from '../src/permissions/ladder.ts';
import { placeIn } from '../src/permissions/standing.ts';
import { personalityPresetTraits } from '../src/guilds/personality-presets.ts';
import { differencesOf, meanChange, trendOf } from '../src/screenshots/comparison.ts';
import { screenshotConfidence } from '../src/screenshots/intake.ts';
import { wallTime } from '../src/time/zone.ts';
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
interface WeekCase {
  desc: string;
  anchor: WeekAnchor;
  now: string;
  start: string;
  end: string;
  anchorLocalDate: string;
  isoWeekIdOfAnchor: string;
  hours: number;
}
interface ConfidenceCase {
  kind: string;
  filled: number;
  expected: number;
}
interface CompareCase {
  before: Record<string, number | string>;
  after: Record<string, number | string>;
  text?: string;
  average: number | null;
  expected: string;
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
      joinedAt: new Date(),
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
    expected: number | string | null;
    activityPct?: number;
  }
  test.each(casesOf<ChangeCase>('percent-change'))('from $prev to $cur', ({ prev, cur, expected }) => {
    const current = cur === null ? null : BigInt(cur);
    if (expected !== 'exact-decimal') expect(changePercent(BigInt(prev), current)).toBe(expected);
    else expect(changeInHundredths(1n, 9_007_199_254_740_993n)).toBe(90_071_992_547_409_920_000n);
  });
  test.each(casesOf<ChangeCase>('percent-change').filter((one) => one.activityPct !== undefined))(
    'activity from $prev to $cur',
    ({ prev, cur, activityPct }) => {
      expect(activityChangePercent(Number(prev), Number(cur))).toBe(activityPct);
    },
  );
});

describe('week-window', () => {
  test.each(casesOf<WeekCase>('week-window'))('$desc', (one) => {
    const week = weekOf(new Date(one.now), one.anchor);
    expect(week).toEqual({ id: one.isoWeekIdOfAnchor, from: new Date(one.start), to: new Date(one.end) });
    expect((week.to.getTime() - week.from.getTime()) / 3_600_000).toBe(one.hours);
    const wall = new Date(wallTime(week.from, one.anchor.timeZone)).toISOString();
    expect(wall.slice(0, 10)).toBe(one.anchorLocalDate);
    expect(weekBefore(week, one.anchor).to).toEqual(week.from);
  });
});

describe('screenshot-compare', () => {
  test.each(casesOf<CompareCase>('screenshot-compare'))('$before to $after', (one) => {
    const differences = differencesOf(
      new Map(Object.entries(one.before)),
      new Map(Object.entries(one.after)),
    );
    const mean = meanChange(differences);
    if (one.average === null) expect(mean).toBeNull();
    else expect(mean).toBeCloseTo(one.average, 5);
    expect(trendOf(mean)).toBe(one.expected);
    if (one.text !== undefined) expect(differences[0]?.change).toBe(one.text);
  });
});

describe('club-metric-category', () => {
  test.each(casesOf<{ name: string; expected: string }>('club-metric-category'))('$name', (one) => {
    expect(metricCategory(one.name)).toBe(one.expected);
  });
});

describe('screenshot-confidence', () => {
  const filled = (parts: readonly unknown[], count: number) =>
    parts.map((part, n) => (n < count ? part : ''));
  test.each(casesOf<ConfidenceCase>('screenshot-confidence').filter(({ kind }) => kind === 'club'))(
    'of a club with $filled parts',
    (one) => {
      const [summary, ...lists] = filled(['a long summary', ['a'], ['b'], ['c']], one.filled);
      const [metrics = [], insights = [], recommendations = []] = lists.map((list) => (list ? [list] : []));
      const reading = {
        summary: String(summary),
        metrics: metrics.map(() => ({ name: 'a', value: 1 })),
        insights: insights.map(String),
        recommendations: recommendations.map(String),
      };
      expect(clubConfidence(reading)).toBeCloseTo(one.expected, 4);
    },
  );
});

describe('screenshot-confidence', () => {
  const level = 'high' as const;
  const advice = { type: 'a', priority: level, title: 'a', description: 'a', actionable: true };
  const whole = {
    title: 'four',
    description: 'eleven long',
    summary: 'eleven long',
    data: [{ key: 'a', value: 1, dataType: 'number' as const, category: 'a', confidence: null }],
    insights: [{ ...advice, confidence: 1 }],
    recommendations: [{ ...advice, impact: level, effort: level }],
    tags: [{ tag: 'a', category: null }],
  };
  const emptied = [
    { tags: [] },
    { recommendations: [] },
    { insights: [] },
    { data: [] },
    { summary: 'ten longer' },
    { description: 'ten longer' },
    { title: 'abc' },
  ];
  test.each(casesOf<ConfidenceCase>('screenshot-confidence').filter(({ kind }) => kind === 'screenshot'))(
    'of a screenshot with $filled parts',
    ({ filled, expected }) => {
      const answer = Object.assign({ ...whole }, ...emptied.slice(0, 7 - filled));
      expect(screenshotConfidence(answer)).toBeCloseTo(expected, 4);
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

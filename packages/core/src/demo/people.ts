import type { GrantableRole, Role } from '@slimy/contract';
import type { DiscordProfile } from '@slimy/db';

/** A person of the demo community with their place in it. */
export interface DemoMember {
  readonly profile: DiscordProfile;
  /** What Discord would say of them. */
  readonly discordRoles: readonly Role[];
  /** What was granted here. */
  readonly grantedRoles: readonly GrantableRole[];
  /** Days before the seed that they joined. */
  readonly joinedDaysAgo: number;
}

const adjectives = [
  'Mossy',
  'Silver',
  'Sleepy',
  'Thunder',
  'Velvet',
  'Amber',
  'Brave',
  'Cosmic',
  'Dizzy',
  'Emerald',
  'Frosty',
  'Golden',
];
const nouns = [
  'Shell',
  'Trail',
  'Lettuce',
  'Comet',
  'Puddle',
  'Antler',
  'Pebble',
  'Lantern',
  'Acorn',
  'Ripple',
];
/** Names as people write them: other scripts, marks, a single letter's difference. */
const unusual = [
  'Zoë Quartz',
  'カタツムリ',
  'Łukasz',
  'il1i',
  'iI1l',
  '🐌 Turbo',
  'Þórdís',
  'Мира',
  '小蜗牛',
  "O'Shelly",
];

/** Ids of demo people: snowflakes of Discord's first weeks, which no account of today has. */
const demoId = (index: number) => (10_000_000_000_000_000n + BigInt(index) * 1_000_003n).toString();

function nameOf(index: number): string {
  const plain = `${adjectives[index % adjectives.length]} ${nouns[Math.floor(index / adjectives.length) % nouns.length]}`;
  return index % 12 === 7 ? (unusual[Math.floor(index / 12) % unusual.length] ?? plain) : plain;
}

function member(
  index: number,
  discordRoles: readonly Role[],
  grantedRoles: readonly GrantableRole[] = [],
): DemoMember {
  const globalName = nameOf(index);
  const ascii = globalName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return {
    profile: { discordId: demoId(index), username: `${ascii || 'snail'}_${index}`, globalName, avatar: null },
    discordRoles,
    grantedRoles,
    joinedDaysAgo: 400 - index * 3,
  };
}

/** Who one is after signing in to the demo: the owner of its community. */
export const demoPerson: DemoMember = {
  profile: { discordId: demoId(0), username: 'demo', globalName: 'Demo', avatar: null },
  discordRoles: ['member', 'owner', 'admin'],
  grantedRoles: [],
  joinedDaysAgo: 420,
};

/** Everybody else in the demo community: every role of the ladder, 119 people. */
export const demoMembers: readonly DemoMember[] = Array.from({ length: 119 }, (_, place) => {
  const index = place + 1;
  if (index <= 2) return member(index, ['member', 'admin']);
  if (index <= 6) return member(index, ['member'], ['moderator']);
  if (index <= 11) return member(index, ['member', 'editor']);
  if (index <= 66) return member(index, ['member', 'club']);
  return member(index, ['member']);
});

/** What the benchmarks cache: about 2 kB as JSON, with Dates at three depths, as a page about a guild has. */
export function sampleValue(index: number) {
  return {
    id: `${100_000_000_000_000_000n + BigInt(index)}`,
    name: `Guild number ${index}`,
    description: 'A community of people who play the same game, '.repeat(6),
    createdAt: new Date(1_600_000_000_000 + index),
    owner: {
      id: `${200_000_000_000_000_000n + BigInt(index)}`,
      name: 'Owner',
      lastSeenAt: new Date(1_700_000_000_000 + index),
      badge: { label: 'founder', since: new Date(1_650_000_000_000 + index), text: 'one of the first' },
    },
    settings: {
      language: 'en',
      timeZone: 'Europe/Berlin',
      modules: { chat: true, club: true, usage: false, screenshots: true },
      quietUntil: new Date(1_710_000_000_000 + index),
      greeting: 'Welcome, and have a look at the rules before you write. '.repeat(4),
    },
    roles: Array.from({ length: 12 }, (_, position) => ({
      id: `${300_000_000_000_000_000n + BigInt(position)}`,
      name: `Role ${position}`,
      color: position * 1_000,
      position,
      managed: position % 3 === 0,
    })),
    memberCount: 1_234 + index,
  };
}

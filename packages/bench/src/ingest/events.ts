import { timeOrderedId, type NewStat } from '@slimy/db';
import type { Community } from './community.js';

/** An event as the bot tells it, with the row that it becomes. */
export interface BenchEvent {
  readonly told: {
    readonly guildId: string;
    readonly discordId: string;
    readonly type: string;
    readonly value: number;
    readonly at: Date;
    readonly eventId: string;
  };
  readonly row: NewStat & { readonly id: string; readonly eventId: string };
}

/** `busy`: few of the people write most; `scattered`: 1,000 events are of 1,000 people. */
export type Spread = 'busy' | 'scattered';

const types = ['chat.message', 'chat.message', 'chat.message', 'chat.message', 'command.roster'] as const;
let made = 0;

/** Events of the last minute. */
export function makeEvents({ guildIds, people }: Community, count: number, spread: Spread): BenchEvent[] {
  const now = Date.now();
  return Array.from({ length: count }, () => {
    made += 1;
    const place = spread === 'busy' ? Math.floor(people.length * Math.random() ** 4) : made % people.length;
    const person = people[place];
    const guildId = guildIds[place % guildIds.length];
    if (!person || !guildId) throw new Error('The community has nobody.');
    const type = types[made % types.length] ?? types[0];
    const at = new Date(now - Math.floor(Math.random() * 60_000));
    const eventId = `bench-${process.pid}-${made}`;
    const common = { guildId, type, value: 1, eventId };
    return {
      told: { ...common, discordId: person.discordId, at },
      row: { ...common, id: timeOrderedId(at), userId: person.userId, source: 'bench', timestamp: at },
    };
  });
}

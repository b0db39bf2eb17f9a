import { limits, type InputOf, type OutputOf } from '@slimy/contract';
import type { GuildStats, Repositories, StatRow, Stats } from '@slimy/db';
import type { Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { requirePerson } from '../permissions/require-person.js';
import type { Presenters } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import { cutPeriod, wholeQuarters, type Period } from '../time/calendar.js';
import { activityChangePercent } from '../usage/change-percent.js';
import { UsageIngest } from '../usage/ingest.js';
import { addedSums, shownSums } from '../usage/sums.js';
import { periodOf } from '../usage/windows.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import type { UsageService } from './services.js';

interface UsageServiceParts {
  readonly queries: Queries;
  readonly repositories: Repositories;
  readonly writes: WritePath;
  readonly presenters: Presenters;
  readonly clock: Clock;
}

/** Whose usage: a guild's, with the people in it, or one's own. */
interface Subject {
  readonly stats: Stats;
  readonly guild: GuildStats | null;
}

function shownEvent({
  timestamp,
  source,
  value,
  ...row
}: StatRow): OutputOf<'usage.events'>['items'][number] {
  const { id, userId, guildId, type, eventId } = row;
  const shown =
    typeof value === 'number' || typeof value === 'string'
      ? value
      : Object.fromEntries(Object.entries(value ?? {}));
  return { id, userId, guildId, type, value: shown, at: timestamp, eventId, byBot: source === 'bot' };
}

export function createUsageService(parts: UsageServiceParts): UsageService {
  const { repositories, presenters, clock } = parts;
  const ingest = new UsageIngest(parts);

  function subjectOf({ actor }: Caller, guildId: string | undefined): Subject {
    if (guildId === undefined) {
      return { stats: repositories.person(requirePerson(actor).userId).stats, guild: null };
    }
    const { stats } = repositories.guild(guildId);
    return { stats, guild: stats };
  }

  const askedPeriod = (input: InputOf<'usage.summary'>) => wholeQuarters(periodOf(input, clock.now()));

  /** The points of a series; `activePeople` of all of them is counted together. */
  async function pointsOf({ stats, guild }: Subject, periods: readonly Period[], type: string | undefined) {
    const whole = { from: periods[0]?.from ?? clock.now(), to: periods.at(-1)?.to ?? clock.now(), type };
    const [quarters, active] = await Promise.all([
      stats.series(whole),
      guild ? guild.activePeopleByPeriod(periods, type) : null,
    ]);
    let next = 0;
    return periods.map(({ from, to }, index) => {
      const first = next;
      while ((quarters[next]?.bucketStart ?? to) < to) next += 1;
      const sums = addedSums(quarters.slice(first, next).map(shownSums));
      return { from, to, ...sums, activePeople: active?.[index] ?? null };
    });
  }

  return {
    record: ({ actor }, event) =>
      inServiceWords(async () => {
        const { stored } = await ingest.take(actor, [event]);
        return { stored: stored === 1 };
      }),

    recordMany: ({ actor }, { events }) => inServiceWords(() => ingest.take(actor, events)),

    series: (caller, input) =>
      inServiceWords(async () => {
        const { guildId, type, by, timeZone } = input;
        const { from, to } = askedPeriod(input);
        const periods = cutPeriod({ from, to }, by, timeZone, limits.usagePointsMax);
        if (periods === null) {
          const message = `gives more than ${limits.usagePointsMax} points`;
          throw new AppError('invalid_input', `by ${message} in this period.`, {
            fields: [{ path: ['by'], message }],
            remedy: 'Ask for a shorter period, or by day, week or month.',
          });
        }
        const points = await pointsOf(subjectOf(caller, guildId), periods, type);
        return { from, to, timeZone, by, points };
      }),

    summary: (caller, input) =>
      inServiceWords(async () => {
        const { guildId, type } = input;
        const { stats, guild } = subjectOf(caller, guildId);
        const { from, to } = askedPeriod(input);
        const before = { from: new Date(2 * from.getTime() - to.getTime()), to: from };
        const [now, previously, activePeople] = await Promise.all([
          stats.totals({ from, to, type }),
          stats.totals({ ...before, type }),
          guild ? guild.activePeople({ from, to, type }) : null,
        ]);
        const previous = { ...before, ...shownSums(previously) };
        const sums = shownSums(now);
        const eventsChangePercent = activityChangePercent(previous.events, sums.events);
        return { from, to, ...sums, activePeople, previous, eventsChangePercent };
      }),

    top: (caller, input) =>
      inServiceWords(async () => {
        const { guildId, type, limit } = input;
        const { stats, guild } = subjectOf(caller, guildId);
        const { from, to } = askedPeriod(input);
        const [types, people] = await Promise.all([
          stats.topTypes({ from, to, type }, limit),
          guild ? guild.topPeople({ from, to, type }, limit) : [],
        ]);
        return {
          from,
          to,
          types: types.map((row) => ({ type: row.type, ...shownSums(row) })),
          people: people.map((row) => presenters.usagePerson(row)),
        };
      }),

    events: (caller, { guildId, ...request }) =>
      inServiceWords(async () => {
        const { items, nextCursor } = await subjectOf(caller, guildId).stats.events(request);
        return { items: items.map(shownEvent), nextCursor };
      }),
  };
}

import { limits, type ClubWeek, type InputOf, type RosterMember } from '@slimy/contract';
import type { ClubLatestRow, ClubRosterRequest, NewestPowers, ObservedPower, Repositories } from '@slimy/db';
import type { Clock } from '../clock.js';
import { leaderboardSize } from '../club/leaderboard-size.js';
import { changePercent } from '../club/percent-change.js';
import { weekBefore, weekOf, type WeekAnchor } from '../club/weeks.js';
import { AppError } from '../errors.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { Caller } from '../caller.js';
import { inServiceWords } from '../write/failures.js';
import type { ClubMemberService } from './services.js';

type LatestInput = InputOf<'club.members.latest'>;

interface ClubMemberServiceParts {
  readonly reads: RequestReads;
  readonly repositories: Repositories;
  readonly clock: Clock;
}

/** How a power has changed since the week before; null where it was not read in this week. */
function changeOf(
  value: bigint | null,
  readAt: Date | null,
  previous: ObservedPower | null | undefined,
  week: ClubWeek,
): number | null {
  const isOfWeek = readAt !== null && readAt >= week.from;
  return isOfWeek ? changePercent(previous?.value ?? null, value) : null;
}

function shownMember(row: ClubLatestRow, previous: NewestPowers | undefined, week: ClubWeek): RosterMember {
  const { memberId, memberKey, name, simPower, totalPower, lastSeenAt, leftAt } = row;
  const { simObservedAt: simReadAt, totalObservedAt: totalReadAt } = row;
  return {
    memberId,
    memberKey,
    name,
    simPower,
    totalPower,
    previousSimPower: previous?.sim?.value ?? null,
    previousTotalPower: previous?.total?.value ?? null,
    simChangePercent: changeOf(simPower, simReadAt, previous?.sim, week),
    totalChangePercent: changeOf(totalPower, totalReadAt, previous?.total, week),
    simReadAt,
    totalReadAt,
    lastSeenAt,
    leftAt,
  };
}

/** What a ranking asks of the roster. @throws AppError `invalid_input` */
function rankingOf(
  caller: Caller,
  { by, places }: NonNullable<LatestInput['ranking']>,
  { search, withLeft, cursor }: Pick<LatestInput, 'search' | 'withLeft' | 'cursor'>,
): ClubRosterRequest {
  if (cursor !== undefined) {
    const message = 'does not go with a ranking, which is one page';
    throw new AppError('invalid_input', `cursor ${message}.`, { fields: [{ path: ['cursor'], message }] });
  }
  return { sort: by, having: by, limit: leaderboardSize(caller, places), search, withLeft };
}

export function createClubMemberService(parts: ClubMemberServiceParts): ClubMemberService {
  const { reads, repositories, clock } = parts;

  async function anchorOf({ actor }: Caller, guildId: string): Promise<WeekAnchor> {
    const guild = await reads.guild(actor, guildId);
    if (guild === null) throw new AppError('not_found', 'There is no such server among yours.');
    return guild.settings.weekAnchor;
  }

  return {
    latest: (caller, { guildId, ranking, ...roster }) =>
      inServiceWords(async () => {
        const { clubLatest, clubObservations } = repositories.guild(guildId);
        const asked = ranking ? rankingOf(caller, ranking, roster) : roster;
        const [anchor, page, count, newest] = await Promise.all([
          anchorOf(caller, guildId),
          clubLatest.page(asked),
          clubLatest.count(asked, limits.exactTotalMax),
          clubLatest.page({ sort: 'lastSeen', withLeft: true, limit: 1 }),
        ]);
        const lastReadAt = newest.items[0]?.lastSeenAt ?? null;
        const week = weekOf(lastReadAt ?? clock.now(), anchor);
        const previousWeek = weekBefore(week, anchor);
        const memberIds = page.items.map(({ memberId }) => memberId);
        const previous = await clubObservations.newestOfMembers(memberIds, previousWeek);
        return {
          items: page.items.map((row) => shownMember(row, previous.get(row.memberId), week)),
          nextCursor: ranking ? null : page.nextCursor,
          total: count.total,
          totalIsLowerBound: count.isLowerBound,
          week,
          previousWeek,
          lastReadAt,
        };
      }),

    history: (caller, { guildId, memberKey, ...request }) =>
      inServiceWords(async () => {
        const { clubMembers, clubObservations } = repositories.guild(guildId);
        const member = (await clubMembers.byKeys([memberKey])).get(memberKey);
        if (member === undefined) {
          throw new AppError('not_found', 'There is no such member in the club of this server.');
        }
        const anchor = await anchorOf(caller, guildId);
        const ids = [member.id, ...(await clubMembers.mergedInto([member.id])).keys()];
        const { items, nextCursor } = await clubObservations.history(ids, request);
        return {
          memberId: member.id,
          name: member.name,
          items: items.map(({ name, simPower, totalPower, confidence, source, observedAt }) => {
            const week = weekOf(observedAt, anchor);
            return { name, simPower, totalPower, confidence, source, observedAt, week };
          }),
          nextCursor,
        };
      }),
  };
}

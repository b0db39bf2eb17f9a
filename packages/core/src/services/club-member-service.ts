import { limits, type ClubWeek, type RosterMember } from '@slimy/contract';
import type { ClubLatestRow, NewestPowers, ObservedPower, Repositories } from '@slimy/db';
import type { Clock } from '../clock.js';
import { changePercent } from '../club/percent-change.js';
import { weekBefore, weekOf, type WeekAnchor } from '../club/weeks.js';
import { AppError } from '../errors.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { Caller } from '../caller.js';
import { inServiceWords } from '../write/failures.js';
import type { ClubMemberService } from './services.js';

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

export function createClubMemberService(parts: ClubMemberServiceParts): ClubMemberService {
  const { reads, repositories, clock } = parts;

  async function anchorOf({ actor }: Caller, guildId: string): Promise<WeekAnchor> {
    const guild = await reads.guild(actor, guildId);
    if (guild === null) throw new AppError('not_found', 'There is no such server among yours.');
    return guild.settings.weekAnchor;
  }

  return {
    latest: (caller, { guildId, limit, cursor, ...asked }) =>
      inServiceWords(async () => {
        const { clubLatest, clubObservations } = repositories.guild(guildId);
        const [anchor, page, count, newest] = await Promise.all([
          anchorOf(caller, guildId),
          clubLatest.page({ ...asked, limit, cursor }),
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
          nextCursor: page.nextCursor,
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

import type { BulkResult, ErrorReason } from '@slimy/contract';
import type { MemberRow, Repositories } from '@slimy/db';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { ErasedList } from '../lifecycle/erased-list.js';
import { mayDo } from '../permissions/actions.js';
import { requirePerson } from '../permissions/require-person.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';
import {
  planMemberChanges,
  type PlannedChange,
  type RowRefusal,
  type WantedChange,
} from './member-changes.js';
import { isPresent } from './sync-plan.js';

const refusals: Readonly<Record<RowRefusal, { readonly reason: ErrorReason; readonly message: string }>> = {
  unknown_person: {
    reason: 'not_found',
    message:
      'Nobody is known by this Discord id. They sign in here once, or join the server with the bot in it.',
  },
  not_a_member: { reason: 'not_found', message: 'There is no such member in this server.' },
  already_a_member: { reason: 'already_exists', message: 'This person is a member already.' },
  named_twice: { reason: 'invalid_input', message: 'This person is named twice.' },
  rank_too_low: {
    reason: 'rank_too_low',
    message: 'This person has the same rank as you or a higher one.',
  },
  grant_above_own: { reason: 'rank_too_low', message: 'You cannot grant a role above your own.' },
  last_owner: {
    reason: 'last_owner',
    message: 'You own this server. Hand it over in Discord first; the role of owner follows.',
  },
};

/** A refused row as an error: of its own for a single change, with the place of each row for many. */
function refusalError(
  rows: readonly PlannedChange[],
  { single, field }: MemberChangeRequest,
): AppError | null {
  const refused = rows.flatMap(({ refusal }, index) => (refusal ? [{ ...refusals[refusal], index }] : []));
  const first = refused[0];
  if (!first) return null;
  if (single) return new AppError(first.reason, first.message);
  const fields = refused.map(({ index, message }) => ({ path: [field, index], message }));
  return new AppError(
    first.reason,
    `Nothing was changed: ${refused.length} of ${rows.length} rows cannot be.`,
    {
      fields,
      remedy: 'Leave those rows out, or send partial: true.',
    },
  );
}

/** What is asked of the writer. */
export interface MemberChangeRequest {
  readonly guildId: string;
  readonly wanted: readonly WantedChange[];
  /** The audit tag. */
  readonly action: string;
  /** Carry out what is possible instead of all or nothing. */
  readonly partial: boolean;
  /** A refusal is told as that of the one person. */
  readonly single: boolean;
  /** The field of the input that lists the people. */
  readonly field: 'members' | 'userIds';
}

function userIdsOf(wanted: readonly WantedChange[]): string[] {
  return wanted.flatMap((one) => (one.kind === 'add' ? [] : [one.userId]));
}

function discordIdsOf(wanted: readonly WantedChange[]): string[] {
  return wanted.flatMap((one) => (one.kind === 'add' ? [one.discordId] : []));
}

function auditedChange({ before, after }: PlannedChange) {
  const earlier = isPresent(before) ? before : null;
  return {
    before: earlier && { roles: earlier.roles, grantedRoles: earlier.grantedRoles },
    after: after && isPresent(after) ? { roles: after.roles, grantedRoles: after.grantedRoles } : null,
  };
}

/** Adds, changes and removes members by hand; one or hundreds in the same few statements. */
export class MemberWriter {
  readonly #writes: WritePath;
  readonly #repositories: Repositories;
  readonly #erased: ErasedList;

  constructor(writes: WritePath, repositories: Repositories, erased: ErasedList) {
    this.#writes = writes;
    this.#repositories = repositories;
    this.#erased = erased;
  }

  /** @throws AppError when a row is refused, unless `partial` */
  async change(caller: Caller, request: MemberChangeRequest): Promise<BulkResult> {
    const { guildId, wanted } = request;
    const { userId: actorId } = requirePerson(caller.actor);
    const named = discordIdsOf(wanted);
    // Whoever was erased is nobody before they sign in again, also while their row is still there.
    const absent = await inServiceWords(() => this.#erased.absentAmong(named));
    const discordIds = named.filter((id) => !absent.has(id));
    const known = await inServiceWords(() => this.#repositories.users.byDiscordIds(discordIds));
    const foreseen = [...userIdsOf(wanted), ...known.map(({ id }) => id)];
    const touched = foreseen.map((id) => touches.membership(guildId, id));
    return this.#writes.change(caller, touched, async (change) => {
      const guild = await change.repositories.guild(guildId).locked();
      if (guild === null) throw new AppError('not_found', 'There is no such server among yours.');
      const rows = await this.#planned(change, request, { actorId, discordIds });
      const error = request.partial ? null : refusalError(rows, request);
      if (error) throw error;
      const effective = rows.filter(({ changes }) => changes);
      if (effective.length > 0) await this.#carryOut(change, request, effective);
      const results = rows.map(({ userId, discordId, refusal }) => ({
        userId,
        discordId,
        ok: refusal === null,
        reason: refusal,
      }));
      return { changed: effective.length, results };
    });
  }

  /** The member's row after a single change. @throws AppError `not_found` when they have gone meanwhile */
  async member(guildId: string, userId: string): Promise<MemberRow> {
    const { members } = this.#repositories.guild(guildId);
    const [row] = await inServiceWords(() => members.byUserIds([userId]));
    if (!row || !isPresent(row)) throw new AppError('not_found', refusals.not_a_member.message);
    return row;
  }

  async #planned(
    change: Change,
    { guildId, wanted }: MemberChangeRequest,
    { actorId, discordIds }: { readonly actorId: string; readonly discordIds: readonly string[] },
  ): Promise<PlannedChange[]> {
    const { members } = change.repositories.guild(guildId);
    const users = await change.repositories.users.byDiscordIds(discordIds);
    const named = [...userIdsOf(wanted), ...users.map(({ id }) => id)];
    const rows = await members.byUserIds([actorId, ...named]);
    const actor = rows.find(({ userId }) => userId === actorId);
    if (!actor || !isPresent(actor)) {
      throw new AppError('not_found', 'There is no such server among yours.');
    }
    if (!mayDo(actor.roles, 'manage_members')) {
      throw new AppError(
        'action_not_allowed',
        'Your roles in this server no longer include "manage_members".',
      );
    }
    return planMemberChanges(wanted, { actor, users, members: rows, now: change.now });
  }

  async #carryOut(
    change: Change,
    { guildId, action, single }: MemberChangeRequest,
    rows: readonly PlannedChange[],
  ): Promise<void> {
    const { members } = change.repositories.guild(guildId);
    const states = rows.flatMap(({ userId, before, after }) =>
      userId !== null && after ? [{ ...after, userId, membershipId: before?.membershipId ?? null }] : [],
    );
    await members.save(states, change.now);
    const difference = rows.reduce(
      (sum, { before, after }) => sum + Number(isPresent(after)) - Number(isPresent(before)),
      0,
    );
    await members.addToCount(difference);
    change.touch(...states.map(({ userId }) => touches.membership(guildId, userId)));
    change.announce(guildId, 'members');
    const [only] = rows;
    const people = rows.flatMap((row) =>
      row.discordId === null ? [] : [{ discordId: row.discordId, ...auditedChange(row) }],
    );
    change.audit({
      action,
      resourceType: 'guild_member',
      resourceId: single ? (only?.userId ?? null) : null,
      guildId,
      ...(single && only ? auditedChange(only) : { people }),
    });
  }
}

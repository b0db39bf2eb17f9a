import type { InputOf, OutputOf } from '@slimy/contract';
import type { GuildRow, Repositories, UserRow } from '@slimy/db';
import type { Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { ErasedList } from '../lifecycle/erased-list.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';
import { isPresent, planSync, type SyncPlan } from './sync-plan.js';

type SyncInput = InputOf<'guild.members.sync'>;

/** More memberships than this are invalidated as a whole instead of one by one. */
const MOST_NAMED = 1000;

interface MemberSyncParts {
  readonly writes: WritePath;
  readonly repositories: Repositories;
  readonly clock: Clock;
  readonly erased: ErasedList;
}

const notConnected = () =>
  new AppError('not_found', 'This server is not connected.', {
    remedy: 'An admin of the server connects it first.',
  });

async function planned(
  repositories: Repositories,
  guild: GuildRow,
  { members: facts, complete, completeWithin }: SyncInput,
  now: Date,
): Promise<SyncPlan> {
  const discordIds = facts.map((fact) => (fact.kind === 'left' ? fact.discordId : fact.user.discordId));
  const { members, settings } = repositories.guild(guild.id);
  const users = await repositories.users.byDiscordIds(discordIds);
  const named = await members.byDiscordIds(discordIds);
  const covered = complete ? { after: null, upTo: null } : completeWithin;
  const others = covered ? await members.present(covered) : [];
  const { clubRoleId } = await settings.get();
  const knowledge = { guild, clubRoleId, users, members: [...others, ...named] };
  return planSync(knowledge, facts, { complete: covered !== undefined, now });
}

function isIdle({ newPeople, changedProfiles, memberships }: SyncPlan): boolean {
  return newPeople.length + changedProfiles.length + memberships.length === 0;
}

/** The facts about people of whom something may be stored: who was erased is not known before they sign in again. */
async function withoutErased(input: SyncInput, erased: ErasedList): Promise<SyncInput> {
  const idOf = (fact: SyncInput['members'][number]) =>
    fact.kind === 'left' ? fact.discordId : fact.user.discordId;
  const absent = await erased.absentAmong(input.members.map(idOf));
  return absent.size === 0
    ? input
    : { ...input, members: input.members.filter((fact) => !absent.has(idOf(fact))) };
}

/** What a plan touches in the cache. */
function touchesOf(guildId: string, plan: SyncPlan) {
  const people = plan.newPeople.map(({ discordId }) => touches.newPerson(discordId));
  const profiles = plan.changedProfiles.flatMap(({ id }) => [
    touches.profile(id),
    touches.membership(guildId, id),
  ]);
  if (plan.memberships.length > MOST_NAMED) return [touches.wholeGuild(guildId), ...people, ...profiles];
  const places = plan.memberships.map(({ userId }) =>
    userId === null ? touches.guildMembers(guildId) : touches.membership(guildId, userId),
  );
  return [...people, ...profiles, ...places];
}

async function carryOut(change: Change, guild: GuildRow, plan: SyncPlan): Promise<void> {
  const { users } = change.repositories;
  const scope = change.repositories.guild(guild.id);
  const inserted: readonly UserRow[] = await users.insert(plan.newPeople, change.now);
  await users.updateProfiles(plan.changedProfiles);
  const idByDiscordId = new Map(inserted.map(({ discordId, id }) => [discordId, id]));
  const states = plan.memberships.flatMap(({ discordId, userId, before, after }) => {
    const id = userId ?? idByDiscordId.get(discordId);
    return id === undefined ? [] : [{ ...after, userId: id, membershipId: before?.membershipId ?? null }];
  });
  await scope.members.save(states, change.now);
  await scope.members.addToCount(plan.counts.joined - plan.counts.left);
  const ownerId = guild.ownerDiscordId === null ? undefined : idByDiscordId.get(guild.ownerDiscordId);
  if (ownerId !== undefined) await scope.update({ ownerId });
}

/** What the audit trail keeps of a sync: the people whose roles changed, before and after. */
function changedRoles({ memberships }: SyncPlan) {
  return memberships.map(({ discordId, before, after }) => ({
    discordId,
    before: before && isPresent(before) ? before.roles : null,
    after: isPresent(after) ? after.roles : null,
  }));
}

/** Takes in what the gateway says of the members of a guild: up to a thousand facts, in a handful of statements. */
export function createMemberSync({ writes, repositories, clock, erased }: MemberSyncParts) {
  return async (caller: Caller, told: SyncInput): Promise<OutputOf<'guild.members.sync'>> => {
    const { guildId } = told;
    const input = await inServiceWords(() => withoutErased(told, erased));
    const forecast = await inServiceWords(async () => {
      const guild = await repositories.guild(guildId).row();
      if (guild === null) throw notConnected();
      return planned(repositories, guild, input, clock.now());
    });
    if (isIdle(forecast)) return forecast.counts;
    return writes.change(caller, touchesOf(guildId, forecast), async (change) => {
      const guild = await change.repositories.guild(guildId).locked();
      if (guild === null) throw notConnected();
      const plan = await planned(change.repositories, guild, input, change.now);
      if (isIdle(plan)) return plan.counts;
      await carryOut(change, guild, plan);
      change.touch(...touchesOf(guildId, plan));
      change.announce(guildId, 'members');
      change.audit({
        action: 'guild.member.sync',
        resourceType: 'guild_member',
        resourceId: null,
        guildId,
        details: plan.counts,
        people: changedRoles(plan),
      });
      return plan.counts;
    });
  };
}

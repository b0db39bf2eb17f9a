import type { InputOf, OutputOf } from '@slimy/contract';
import type { GuildChanges, GuildFacts, GuildRow, MemberRow } from '@slimy/db';
import type { Caller } from '../caller.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';
import type { ErasedList } from '../lifecycle/erased-list.js';
import type { Repositories } from '@slimy/db';
import { formerOwnerMembership, ownerMembership, sameMembership } from './membership-facts.js';
import { isPresent } from './sync-plan.js';

/** What is known of a guild from Discord. */
export interface ToldGuild extends GuildFacts {
  /** Null for an owner who was erased and has not come back. */
  readonly ownerDiscordId: string | null;
  readonly botPresent: boolean;
}

/** The fields of a guild's row that differ from what Discord says; null when none does. */
function differences(row: GuildRow, told: ToldGuild, now: Date): GuildChanges | null {
  const changes: GuildChanges = {
    ...(row.name !== told.name && { name: told.name }),
    ...(row.icon !== told.icon && { icon: told.icon }),
    ...(row.ownerDiscordId !== told.ownerDiscordId && { ownerDiscordId: told.ownerDiscordId }),
    ...(row.botPresent !== told.botPresent && {
      botPresent: told.botPresent,
      botLeftAt: told.botPresent ? null : now,
    }),
  };
  return Object.keys(changes).length === 0 ? null : { ...changes, updatedAt: now };
}

/** The memberships that change when the owner does: the former owner's, and the new one's if they are present. */
async function ownerChanges(
  change: Change,
  guildId: string,
  former: string | null,
  owner: string | null,
): Promise<MemberRow[]> {
  const { members } = change.repositories.guild(guildId);
  const rows = await members.byDiscordIds([former, owner].filter((one) => one !== null));
  return rows
    .filter(isPresent)
    .map((row) => ({
      before: row,
      after: row.discordId === owner ? ownerMembership(row) : formerOwnerMembership(row),
    }))
    .filter(({ before, after }) => !sameMembership(before, after))
    .map(({ before, after }) => ({ ...before, ...after }));
}

/**
 * Brings a guild's row up to what Discord says, and the memberships of its former and new owner with it. The
 * caller holds the row. Gives whether anything changed.
 */
export async function applyGuildFacts(
  change: Change,
  row: GuildRow,
  told: ToldGuild,
  action: string,
): Promise<boolean> {
  const changes = differences(row, told, change.now);
  if (changes === null) return false;
  const guild = change.repositories.guild(row.id);
  const ownerChanged = changes.ownerDiscordId !== undefined;
  const { ownerDiscordId } = told;
  const owner =
    ownerChanged && ownerDiscordId !== null
      ? await change.repositories.users.byDiscordId(ownerDiscordId)
      : null;
  await guild.update({ ...changes, ...(ownerChanged && { ownerId: owner?.id ?? null }) });
  if (ownerChanged) {
    const moved = await ownerChanges(change, row.id, row.ownerDiscordId, told.ownerDiscordId);
    await guild.members.save(moved, change.now);
    for (const { userId } of moved) change.touch(touches.membership(row.id, userId));
    if (moved.length > 0) change.announce(row.id, 'members');
  }
  const { updatedAt: _, ...shown } = changes;
  change.touch(touches.guild(row.id));
  change.announce(row.id, 'guild');
  change.audit({
    action,
    resourceType: 'guild',
    resourceId: row.id,
    guildId: row.id,
    before: {
      name: row.name,
      icon: row.icon,
      ownerDiscordId: row.ownerDiscordId,
      botPresent: row.botPresent,
    },
    after: shown,
  });
  return true;
}

/** The facts as they may be stored: an erased person is not named before they sign in again. */
export async function withoutErasedOwner<Facts extends { readonly ownerDiscordId: string }>(
  facts: Facts,
  erased: ErasedList,
): Promise<Omit<Facts, 'ownerDiscordId'> & { readonly ownerDiscordId: string | null }> {
  const absent = await erased.absentAmong([facts.ownerDiscordId]);
  return { ...facts, ownerDiscordId: absent.size > 0 ? null : facts.ownerDiscordId };
}

/** Takes in what the gateway says of guilds. */
export class GuildFactWriter {
  readonly #writes: WritePath;
  readonly #repositories: Repositories;
  readonly #erased: ErasedList;

  constructor(writes: WritePath, repositories: Repositories, erased: ErasedList) {
    this.#writes = writes;
    this.#repositories = repositories;
    this.#erased = erased;
  }

  /** Nothing is kept of a guild that nobody connected; the same facts again change nothing. */
  async sync(caller: Caller, input: InputOf<'guild.sync'>): Promise<OutputOf<'guild.sync'>> {
    const { guildId } = input;
    const told = await inServiceWords(() => withoutErasedOwner(input, this.#erased));
    const stored = await inServiceWords(() => this.#repositories.guild(guildId).row());
    if (stored === null) return { known: false };
    if (differences(stored, told, new Date(0)) === null) return { known: true };
    return this.#writes.change(caller, [touches.guild(guildId)], async (change) => {
      const row = await change.repositories.guild(guildId).locked();
      if (row === null) return { known: false };
      await applyGuildFacts(change, row, told, 'guild.sync');
      return { known: true };
    });
  }
}

import type { GuildRow, Repositories, UserRow } from '@slimy/db';
import type { Caller } from '../caller.js';
import type { OwnDiscordGuilds } from '../discord/own-guilds.js';
import type { DiscordFacts, DiscordGuild, DiscordMember } from '../discord/rest.js';
import { AppError } from '../errors.js';
import type { ErasedList } from '../lifecycle/erased-list.js';
import { mayConnect, permissionsInGuild } from '../permissions/discord-permissions.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';
import { applyGuildFacts, withoutErasedOwner } from './guild-facts.js';
import { presentMembership, sameMembership } from './membership-facts.js';
import { isPresent } from './sync-plan.js';

interface ConnectionParts {
  readonly writes: WritePath;
  readonly repositories: Repositories;
  readonly discord: DiscordFacts;
  readonly erased: ErasedList;
  /** Null where signing in does not go by Discord. */
  readonly ownGuilds: OwnDiscordGuilds | null;
}

/** Somebody whom Discord places in the guild, with their permissions there. */
interface VerifiedMember {
  readonly member: DiscordMember;
  readonly permissions: string;
}

/** A guild as it is stored: without an owner who was erased. */
type StoredGuild = Omit<DiscordGuild, 'ownerId'> & { readonly ownerId: string | null };

/** The rows of people by Discord id, and which of them this change stored. */
interface People {
  readonly users: ReadonlyMap<string, UserRow>;
  readonly insertedIds: ReadonlySet<string>;
}

/** The Discord id of the person a call is made for, known here or not. */
function discordIdOf({ actor }: Caller): string {
  const discordId =
    actor.kind === 'bot' ? actor.actingAs?.discordId : 'discordId' in actor && actor.discordId;
  if (!discordId) throw new AppError('not_signed_in', 'Sign in first.');
  return discordId;
}

const permissionMissing = () =>
  new AppError(
    'discord_permission_missing',
    'Discord does not let you manage this server, so you cannot connect it.',
    { remedy: 'Ask its owner, or somebody with "Manage Server", to connect it.' },
  );

/** Connects guilds. Name, icon and owner come from Discord, and Discord says each time who may connect. */
export class GuildConnection {
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /**
   * Connects the guild, or finds it connected; its owner becomes owner, the caller what Discord says. Somebody signed
   * in with Discord is asked for with their own token too: who has taken Slimy's leave away there connects nothing.
   * @throws AppError `bot_not_in_guild`, `discord_permission_missing`, `discord_sign_in_needed`, `discord_unavailable`
   */
  async connect(caller: Caller, guildId: string): Promise<{ guildId: string }> {
    const { discord } = this.#parts;
    const discordId = discordIdOf(caller);
    if (!(await this.#mayBySelf(caller, guildId))) throw permissionMissing();
    const guild = await discord.guild(guildId);
    const verified = await this.#verified(guild, discordId);
    const isOwner = guild.ownerId === discordId;
    if (verified === null || !mayConnect({ isOwner, permissions: verified.permissions })) {
      throw permissionMissing();
    }
    const owner = isOwner ? null : await this.#verified(guild, guild.ownerId);
    const people = owner ? [verified, owner] : [verified];
    await this.#store(caller, guild, people);
    return { guildId };
  }

  /** Name, icon and owner anew from Discord. @throws AppError `not_found`, `bot_not_in_guild`, `discord_unavailable` */
  async refresh(caller: Caller, guildId: string): Promise<void> {
    const { discord, writes, erased } = this.#parts;
    const guild = await discord.guild(guildId);
    const { ownerDiscordId } = await inServiceWords(() =>
      withoutErasedOwner({ ownerDiscordId: guild.ownerId }, erased),
    );
    await writes.change(caller, [touches.guild(guildId)], async (change) => {
      const row = await change.repositories.guild(guildId).locked();
      if (row === null) throw new AppError('not_found', 'There is no such server among yours.');
      const { name, icon } = guild;
      await applyGuildFacts(change, row, { name, icon, ownerDiscordId, botPresent: true }, 'guild.refresh');
    });
  }

  /** What Discord tells the person themselves; true where only the bot can be asked. */
  async #mayBySelf({ actor }: Caller, guildId: string): Promise<boolean> {
    const { ownGuilds } = this.#parts;
    if (actor.kind !== 'user' || ownGuilds === null) return true;
    const own = (await ownGuilds.now(actor.userId)).find(({ id }) => id === guildId);
    return own !== undefined && mayConnect(own);
  }

  async #verified(guild: DiscordGuild, discordId: string): Promise<VerifiedMember | null> {
    const member = await this.#parts.discord.member(guild.id, discordId);
    return member && { member, permissions: permissionsInGuild(guild, member) };
  }

  /** Stores the guild and of the people those of whom something may be stored. */
  async #store(caller: Caller, told: DiscordGuild, all: readonly VerifiedMember[]): Promise<void> {
    const { writes, repositories, erased } = this.#parts;
    const ids = [told.ownerId, ...all.map(({ member }) => member.id)];
    const absent = await inServiceWords(() => erased.absentAmong(ids));
    const people = all.filter(({ member }) => !absent.has(member.id));
    const guild = { ...told, ownerId: absent.has(told.ownerId) ? null : told.ownerId };
    const discordIds = people.map(({ member }) => member.id);
    const known = await inServiceWords(() => repositories.users.byDiscordIds(discordIds));
    const foreseen = [
      touches.guild(guild.id),
      touches.guildMembers(guild.id),
      ...discordIds.map(touches.newPerson),
      ...known.map(({ id }) => touches.membership(guild.id, id)),
    ];
    await writes.change(caller, foreseen, async (change) => {
      // First of all, so that what is read afterwards is as of the lock.
      const row = await change.repositories.guild(guild.id).locked();
      const { users, insertedIds } = await this.#people(change, people);
      const self = users.get(discordIdOf(caller));
      if (self) change.actedBy(self.id);
      const ownerRowId = guild.ownerId === null ? null : (users.get(guild.ownerId)?.id ?? null);
      if (row) await this.#update(change, row, guild, ownerRowId);
      else await this.#insert(change, guild, ownerRowId);
      const joined = await this.#memberships(change, guild, people, { users, insertedIds });
      if (row && joined === 0) return;
      change.touch(touches.guild(guild.id));
      change.announce(guild.id, 'guild');
      change.audit({
        action: 'guild.connect',
        resourceType: 'guild',
        resourceId: guild.id,
        guildId: guild.id,
        after: { name: guild.name, ownerDiscordId: guild.ownerId },
      });
    });
  }

  /** The rows of people, stored when they were not known. */
  async #people(change: Change, people: readonly VerifiedMember[]): Promise<People> {
    const { users } = change.repositories;
    const known = await users.byDiscordIds(people.map(({ member }) => member.id));
    const unknown = people
      .map(({ member }) => member)
      .filter(({ id }) => !known.some(({ discordId }) => discordId === id))
      .map(({ id, username, globalName, avatar }) => ({ discordId: id, username, globalName, avatar }));
    const inserted = await users.insert(unknown, change.now);
    for (const { discordId } of inserted) change.touch(touches.newPerson(discordId));
    return {
      users: new Map([...known, ...inserted].map((user) => [user.discordId, user])),
      insertedIds: new Set(inserted.map(({ id }) => id)),
    };
  }

  async #update(change: Change, row: GuildRow, guild: StoredGuild, ownerRowId: string | null): Promise<void> {
    const { id, name, icon, ownerId: ownerDiscordId } = guild;
    await applyGuildFacts(change, row, { name, icon, ownerDiscordId, botPresent: true }, 'guild.connect');
    if (row.ownerId === null && ownerRowId !== null) {
      await change.repositories.guild(id).update({ ownerId: ownerRowId });
    }
  }

  async #insert(change: Change, guild: StoredGuild, ownerRowId: string | null): Promise<void> {
    const { id, name, icon, ownerId: ownerDiscordId } = guild;
    await change.repositories.guilds.insert({
      id,
      name,
      icon,
      ownerId: ownerRowId,
      ownerDiscordId,
      botPresent: true,
      botLeftAt: null,
      memberCount: 0,
      messageCount: 0,
      createdAt: change.now,
      updatedAt: change.now,
    });
    change.touch(touches.guild(id));
  }

  /** Stores what Discord says of the people; how many memberships changed. */
  async #memberships(
    change: Change,
    guild: StoredGuild,
    people: readonly VerifiedMember[],
    { users, insertedIds }: People,
  ): Promise<number> {
    const { members, settings } = change.repositories.guild(guild.id);
    const { clubRoleId } = await settings.get();
    const stored = await members.byDiscordIds(people.map(({ member }) => member.id));
    const changed = people.flatMap(({ member, permissions }) => {
      const before = stored.find(({ discordId }) => discordId === member.id) ?? null;
      const fact = { ...member, permissions, isOwner: member.id === guild.ownerId };
      const after = presentMembership(before, fact, clubRoleId, change.now);
      const userId = users.get(member.id)?.id;
      if (userId === undefined || (before && sameMembership(before, after))) return [];
      return [{ ...after, userId, membershipId: before?.membershipId ?? null, before }];
    });
    await members.save(changed, change.now);
    await members.addToCount(changed.filter(({ before }) => !isPresent(before)).length);
    for (const { userId } of changed) {
      // Of a person stored just now nothing can be cached yet, and their id is another one at each attempt.
      const inserted = insertedIds.has(userId);
      change.touch(inserted ? touches.guildMembers(guild.id) : touches.membership(guild.id, userId));
    }
    if (changed.length > 0) change.announce(guild.id, 'members');
    return changed.length;
  }
}

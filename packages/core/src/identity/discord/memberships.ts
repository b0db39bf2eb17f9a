import type { GuildRow, MemberRow, UserRow } from '@slimy/db';
import type { DiscordOwnGuild } from '../../discord/oauth.js';
import { absentMembership, presentMembership, sameMembership } from '../../guilds/membership-facts.js';
import { isPresent } from '../../guilds/sync-plan.js';
import { touches } from '../../write/touches.js';
import type { Change } from '../../write/write-path.js';

/** What becomes of a membership by the person's own list of guilds; null where it stays as it is. */
function membershipAfter(
  before: MemberRow | null,
  told: DiscordOwnGuild | undefined,
  clubRoleId: string | null,
  now: Date,
) {
  if (!told) {
    const after = before && isPresent(before) ? absentMembership(before, now) : null;
    return after && before && !sameMembership(before, after) ? after : null;
  }
  // The list tells permissions, not roles: those the bot saw last go on counting.
  const roleIds = before && isPresent(before) ? before.discordRoleIds : [];
  const fact = { permissions: told.permissions, isOwner: told.isOwner, roleIds, joinedAt: null };
  const present = presentMembership(before, fact, clubRoleId, now);
  const after = before && isPresent(before) ? present : { ...present, source: 'login' as const };
  return before && sameMembership(before, after) ? null : after;
}

/**
 * Writes what a person's own list of guilds says of one connected guild: membership, roles by Discord's
 * permissions, and whose it is.
 */
export async function applyOwnGuild(
  change: Change,
  guild: GuildRow,
  user: Pick<UserRow, 'id' | 'discordId'> & { readonly isNew: boolean },
  told: DiscordOwnGuild | undefined,
): Promise<void> {
  const scope = change.repositories.guild(guild.id);
  const { clubRoleId } = await scope.settings.get();
  const [before = null] = await scope.members.byUserIds([user.id]);
  const after = membershipAfter(before, told, clubRoleId, change.now);
  if (after) {
    await scope.members.save(
      [{ ...after, userId: user.id, membershipId: before?.membershipId ?? null }],
      change.now,
    );
    await scope.members.addToCount(Number(isPresent(after)) - Number(before !== null && isPresent(before)));
    // Of a person stored just now nothing can be cached yet, and their id is another one at each attempt.
    change.touch(user.isNew ? touches.guildMembers(guild.id) : touches.membership(guild.id, user.id));
    change.announce(guild.id, 'members');
  }
  if (told && guild.ownerDiscordId === user.discordId && guild.ownerId === null) {
    await scope.update({ ownerId: user.id });
    change.touch(touches.guild(guild.id));
  }
}

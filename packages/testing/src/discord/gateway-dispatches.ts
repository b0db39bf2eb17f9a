import {
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayGuildCreateDispatchData,
  type GatewayGuildDeleteDispatchData,
  type GatewayGuildMemberAddDispatchData,
  type GatewayGuildMemberRemoveDispatchData,
  type GatewayGuildMemberUpdateDispatchData,
  type GatewayGuildRoleDeleteDispatchData,
  type GatewayGuildRoleModifyDispatchData,
} from 'discord-api-types/v10';
import { channelShape, guildShape, memberShape, roleShapes, userShape, type Wire } from './shapes.js';
import type { FakeWorld } from './world.js';
import type { FakeGuild, WorldChange } from './world-types.js';

/** More members than this make a guild `large`. */
const LARGE_GUILD = 50;

/** One event of the gateway. */
export interface Dispatch {
  readonly t: string;
  readonly d: unknown;
  /** Without this intent it is withheld; 0 for none. */
  readonly intent: number;
  /** The guild it is about, whose shard alone gets it; null for an event of the connection itself. */
  readonly guildId: string | null;
}

/** A guild as it comes after READY; without the presence intent only the bot is among its members. */
export function guildCreate(world: FakeWorld, guild: FakeGuild): Dispatch {
  if (guild.unavailable) {
    return guildDispatch(guild, GatewayDispatchEvents.GuildCreate, { id: guild.id, unavailable: true });
  }
  const self = guild.members.get(world.bot.id);
  const data: Wire<GatewayGuildCreateDispatchData> = {
    ...guildShape(guild),
    joined_at: (self?.joinedAt ?? new Date(0)).toISOString(),
    large: guild.members.size > LARGE_GUILD,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: self ? [memberShape(world.bot, self)] : [],
    channels: [...guild.channels.values()].map((channel, place) => channelShape(guild.id, channel, place)),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
  return guildDispatch(guild, GatewayDispatchEvents.GuildCreate, data);
}

/** What the gateway tells of a change, as far as the bot may know: nothing of guilds it is not in. */
export function dispatchOf(world: FakeWorld, change: WorldChange): Dispatch | null {
  const { guild } = change;
  if (change.kind === 'guild-gone') {
    if (guild.unavailable && !world.hasBot(guild)) return null;
    const outage: GatewayGuildDeleteDispatchData = { id: guild.id, unavailable: true };
    // Discord leaves the field out when the bot was removed.
    const data = guild.unavailable ? outage : { id: guild.id };
    return guildDispatch(guild, GatewayDispatchEvents.GuildDelete, data);
  }
  if (!world.hasBot(guild) || guild.unavailable) return null;
  return visibleDispatch(world, change);
}

function visibleDispatch(
  world: FakeWorld,
  change: Exclude<WorldChange, { kind: 'guild-gone' }>,
): Dispatch | null {
  const { guild } = change;
  switch (change.kind) {
    case 'guild-available':
      return guildCreate(world, guild);
    case 'guild-updated':
      return guildDispatch(guild, GatewayDispatchEvents.GuildUpdate, guildShape(guild));
    case 'member-added': {
      const member = memberShape(world.person(change.member.personId), change.member);
      const data: Wire<GatewayGuildMemberAddDispatchData> = { ...member, guild_id: guild.id };
      return memberDispatch(guild, GatewayDispatchEvents.GuildMemberAdd, data);
    }
    case 'member-updated': {
      const member = memberShape(world.person(change.member.personId), change.member);
      const data: Wire<GatewayGuildMemberUpdateDispatchData> = { ...member, guild_id: guild.id };
      return memberDispatch(guild, GatewayDispatchEvents.GuildMemberUpdate, data);
    }
    case 'member-removed': {
      const user = userShape(world.person(change.personId));
      const data: Wire<GatewayGuildMemberRemoveDispatchData> = { guild_id: guild.id, user };
      return memberDispatch(guild, GatewayDispatchEvents.GuildMemberRemove, data);
    }
    case 'role-created':
    case 'role-updated': {
      const role = roleShapes(guild).find((shape) => shape.id === change.role.id);
      if (!role) return null;
      const data: Wire<GatewayGuildRoleModifyDispatchData> = { guild_id: guild.id, role };
      const created = change.kind === 'role-created';
      return guildDispatch(
        guild,
        created ? GatewayDispatchEvents.GuildRoleCreate : GatewayDispatchEvents.GuildRoleUpdate,
        data,
      );
    }
    case 'role-removed': {
      const data: GatewayGuildRoleDeleteDispatchData = { guild_id: guild.id, role_id: change.roleId };
      return guildDispatch(guild, GatewayDispatchEvents.GuildRoleDelete, data);
    }
    case 'channel-created':
      return guildDispatch(
        guild,
        GatewayDispatchEvents.ChannelCreate,
        channelShape(guild.id, change.channel, guild.channels.size - 1),
      );
  }
}

function guildDispatch(guild: FakeGuild, t: string, d: unknown): Dispatch {
  return { t, d, intent: GatewayIntentBits.Guilds, guildId: guild.id };
}

function memberDispatch(guild: FakeGuild, t: string, d: unknown): Dispatch {
  return { t, d, intent: GatewayIntentBits.GuildMembers, guildId: guild.id };
}

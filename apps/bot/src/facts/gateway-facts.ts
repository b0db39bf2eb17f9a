import { Events, GatewayDispatchEvents, type Client, type Guild } from 'discord.js';
import type { Logger } from '../logger.js';
import type { FactSender } from './fact-sender.js';
import { factPacket, isFactPacket, type FactPacket } from './gateway-packets.js';
import { guildFact, presentFact } from './member-facts.js';

/**
 * Turns the gateway's events into facts. Guilds and roles come through the client, which keeps them; members
 * are read from the packets themselves, since the client keeps none.
 */
export function listenForFacts(client: Client, sender: FactSender, logger: Logger): void {
  const told = (guild: Guild, everybody: boolean) => sender.guildChanged(guildFact(guild, true), everybody);

  // An outage says nothing about anybody: Events.GuildUnavailable is left alone. When the guild is back,
  // events may have been missed.
  client.on(Events.GuildAvailable, (guild) => told(guild, true));
  client.on(Events.GuildCreate, (guild) => told(guild, true));
  client.on(Events.GuildDelete, (guild) => sender.guildChanged(guildFact(guild, false), false));
  client.on(Events.GuildUpdate, (before, guild) => {
    const same = before.name === guild.name && before.icon === guild.icon && before.ownerId === guild.ownerId;
    if (!same) told(guild, before.ownerId !== guild.ownerId);
  });
  client.on(Events.GuildRoleUpdate, (before, role) => {
    if (before.permissions.bitfield !== role.permissions.bitfield) sender.everybodyChanged(role.guild.id);
  });
  client.on(Events.GuildRoleDelete, (role) => sender.everybodyChanged(role.guild.id));

  client.on(Events.Raw, (packet: unknown, shardId: unknown) => {
    if (!isFactPacket(packet)) return;
    const parsed = factPacket.safeParse(packet);
    if (parsed.success) takePacket(client, sender, parsed.data, shardId);
    else logger.error({ err: parsed.error }, 'Discord sent an event in a form the bot does not know');
  });
}

function takePacket(client: Client, sender: FactSender, packet: FactPacket, shard: unknown): void {
  switch (packet.t) {
    case GatewayDispatchEvents.GuildMemberAdd:
    case GatewayDispatchEvents.GuildMemberUpdate: {
      const { guild_id: guildId, ...member } = packet.d;
      const guild = client.guilds.cache.get(guildId);
      const fact = guild && presentFact(guild, member);
      if (fact) sender.memberChanged(guildId, fact);
      return;
    }
    case GatewayDispatchEvents.GuildMemberRemove: {
      const { guild_id: guildId, user } = packet.d;
      if (!user.bot) sender.memberChanged(guildId, { kind: 'left', discordId: user.id });
      return;
    }
    case GatewayDispatchEvents.Ready: {
      const present = new Set(packet.d.guilds.map(({ id }) => id));
      // The bot was removed from the shard's other guilds while its session was lost.
      const gone = client.guilds.cache.filter(({ id, shardId }) => shardId === shard && !present.has(id));
      for (const guild of gone.values()) sender.guildChanged(guildFact(guild, false), false);
    }
  }
}

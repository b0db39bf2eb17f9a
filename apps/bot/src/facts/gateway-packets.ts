import { GatewayDispatchEvents } from 'discord.js';
import { z } from 'zod';
import { memberPayload } from './member-facts.js';

const memberHere = memberPayload.extend({ guild_id: z.string() });

/** The packets that facts are read from, as far as they are read. */
export const factPacket = z.discriminatedUnion('t', [
  z.object({ t: z.literal(GatewayDispatchEvents.GuildMemberAdd), d: memberHere }),
  z.object({ t: z.literal(GatewayDispatchEvents.GuildMemberUpdate), d: memberHere }),
  z.object({
    t: z.literal(GatewayDispatchEvents.GuildMemberRemove),
    d: z.object({ guild_id: z.string(), user: z.object({ id: z.string(), bot: z.boolean().optional() }) }),
  }),
  z.object({
    t: z.literal(GatewayDispatchEvents.Ready),
    d: z.object({ guilds: z.array(z.object({ id: z.string() })) }),
  }),
]);
export type FactPacket = z.output<typeof factPacket>;

/** Whether a packet is one of those, whatever it carries. */
export function isFactPacket(packet: unknown): boolean {
  const names = factPacket.options.map((option) => option.shape.t);
  return z.looseObject({ t: z.union(names) }).safeParse(packet).success;
}

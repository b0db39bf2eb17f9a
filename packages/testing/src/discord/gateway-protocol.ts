import { GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import { z } from 'zod';

/** Intents that an application must be allowed before it may ask for them. */
export const PRIVILEGED_INTENTS =
  GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;
/** Every intent there is. */
export const KNOWN_INTENTS = Object.values(GatewayIntentBits).reduce<number>(
  (all, bit) => (typeof bit === 'number' ? all | bit : all),
  0,
);

const identify = z.object({
  op: z.literal(GatewayOpcodes.Identify),
  d: z.object({
    token: z.string(),
    intents: z.number(),
    properties: z.looseObject({ os: z.string(), browser: z.string(), device: z.string() }),
    shard: z.tuple([z.int(), z.int()]).optional(),
  }),
});
const resume = z.object({
  op: z.literal(GatewayOpcodes.Resume),
  d: z.object({ token: z.string(), session_id: z.string(), seq: z.int() }),
});
const heartbeat = z.object({ op: z.literal(GatewayOpcodes.Heartbeat), d: z.int().nullable() });
const requestMembers = z.object({
  op: z.literal(GatewayOpcodes.RequestGuildMembers),
  d: z.object({
    guild_id: z.string(),
    query: z.string().optional(),
    limit: z.int().min(0).optional(),
    user_ids: z.union([z.string().transform((id) => [id]), z.array(z.string()).max(100)]).optional(),
    nonce: z.string().max(32).optional(),
  }),
});
const presenceUpdate = z.object({ op: z.literal(GatewayOpcodes.PresenceUpdate), d: z.looseObject({}) });

/** What a client may send over the gateway. */
export const clientPayload = z.discriminatedUnion('op', [
  identify,
  resume,
  heartbeat,
  requestMembers,
  presenceUpdate,
]);
export type ClientPayload = z.output<typeof clientPayload>;
export type MembersRequest = z.output<typeof requestMembers>['d'];

/** Whether a payload has an opcode that no client may send. */
export function hasUnknownOpcode(payload: unknown): boolean {
  const given = z.looseObject({ op: z.int() }).safeParse(payload);
  const known = z.object({ op: z.union(clientPayload.options.map((option) => option.shape.op)) });
  return given.success && !known.safeParse(payload).success;
}

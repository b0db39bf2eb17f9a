import {
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayGuildMembersChunkDispatchData,
} from 'discord-api-types/v10';
import type { Dispatch } from './gateway-dispatches.js';
import type { MembersRequest } from './gateway-protocol.js';
import { memberShape, type Wire } from './shapes.js';
import type { FakeWorld } from './world.js';

/** Members in one chunk, as Discord sends them. */
const CHUNK_SIZE = 1000;

/** The chunks that answer a request for members: by ids, by the beginning of a name, or all. */
export function memberChunks(world: FakeWorld, request: MembersRequest): Dispatch[] {
  const guild = world.guilds.get(request.guild_id);
  if (!guild || !world.hasBot(guild)) return [];
  const wanted = request.user_ids;
  const query = (request.query ?? '').toLowerCase();
  const found = [...guild.members.values()]
    .map((member) => memberShape(world.person(member.personId), member))
    .filter(({ user, nick }) =>
      wanted
        ? wanted.includes(user.id)
        : [nick, user.username].some((name) => name?.toLowerCase().startsWith(query)),
    );
  const limited = request.limit ? found.slice(0, request.limit) : found;
  const missing = wanted?.filter((id) => !guild.members.has(id)) ?? [];
  const chunkCount = Math.max(1, Math.ceil(limited.length / CHUNK_SIZE));
  return Array.from({ length: chunkCount }, (_, index) => {
    const data: Wire<GatewayGuildMembersChunkDispatchData> = {
      guild_id: guild.id,
      members: limited.slice(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE),
      chunk_index: index,
      chunk_count: chunkCount,
      ...(missing.length > 0 ? { not_found: missing } : {}),
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    };
    return {
      t: GatewayDispatchEvents.GuildMembersChunk,
      d: data,
      intent: GatewayIntentBits.GuildMembers,
      guildId: guild.id,
    };
  });
}

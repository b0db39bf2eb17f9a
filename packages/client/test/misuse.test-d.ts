// Checked by tsc in `typecheck`: each misuse below must be an error, and what stands beside it must not be.
import { createClient, isSlimyError } from '../src/index.ts';

const client = createClient({ url: 'http://127.0.0.1:4000' });
const guildId = '123456789012345678';

export async function wellUsed() {
  const guild = await client.guild.byId.query({ guildId, includeMembers: true });
  const day: 'SUN' | 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' = guild.settings.weekAnchor.day;
  const low: bigint | null = guild.settings.warnTotalLow;
  const createdAt: Date = guild.createdAt;
  const session = await client.as(guildId).auth.session.query();
  await client.guild.settings.update.mutate({ guildId, version: 1, settings: { warnTotalHigh: 5n } });
  client.guild.onChange.subscribe({ guildId }, { onData: ({ id, data }) => void `${id} ${data.what}` });
  return { day, low, createdAt, session };
}

export async function misusedNames() {
  // @ts-expect-error -- no such procedure
  await client.guild.byName.query({ name: 'x' });
  // @ts-expect-error -- no such router
  await client.guilds.byId.query({ guildId });
  // @ts-expect-error -- a query is not mutated
  await client.guild.byId.mutate({ guildId });
  // @ts-expect-error -- a mutation is not queried
  await client.guild.settings.update.query({ guildId, version: 1, settings: {} });
}

export async function misusedInputs() {
  // @ts-expect-error -- guildId is missing
  await client.guild.byId.query({});
  // @ts-expect-error -- guildId is a string
  await client.guild.byId.query({ guildId: 1 });
  // @ts-expect-error -- no such field
  await client.guild.byId.query({ guildId, withMembers: true });
  // @ts-expect-error -- owner is never granted
  await client.guild.members.setRoles.mutate({ guildId, userId: 'u', roles: ['owner'] });
  // @ts-expect-error -- powers are bigint
  await client.guild.settings.update.mutate({ guildId, version: 1, settings: { warnTotalLow: 5 } });
  // @ts-expect-error -- takes nothing
  await client.auth.session.query({ id: 1 });
}

export async function misusedOutputs() {
  const guild = await client.guild.byId.query({ guildId });
  // @ts-expect-error -- members only come when asked for
  guild.members.items.at(0);
  // @ts-expect-error -- no such field
  void guild.ownerName;
  // @ts-expect-error -- a Date, not a string
  const createdAt: string = guild.createdAt;
  return createdAt;
}

export function misusedErrors(error: unknown) {
  if (!isSlimyError(error)) return null;
  // @ts-expect-error -- no such reason
  if (error.reason === 'forbidden') return null;
  return error.reason === 'rank_too_low' ? error.remedy : error.requestId;
}

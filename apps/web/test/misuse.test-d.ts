// Checked by tsc in `typecheck`: a procedure misused in a page does not compile.
import { api, client } from '../src/app/slimy.ts';

const guildId = '123456789012345678';

export const wellUsed = [
  api.guild.byId.queryOptions({ guildId }),
  api.guild.members.list.queryOptions({ guildId, role: 'club' }),
  api.guild.settings.update.mutationOptions(),
];

// @ts-expect-error -- no such procedure
api.guild.byName.queryOptions({ name: 'x' });
// @ts-expect-error -- guildId is missing
api.guild.byId.queryOptions({});
// @ts-expect-error -- no such role
api.guild.members.list.queryOptions({ guildId, role: 'captain' });
// @ts-expect-error -- a query has no mutation
api.guild.byId.mutationOptions();

export async function misusedOutput() {
  const settings = await client.guild.settings.get.query({ guildId });
  // @ts-expect-error -- a bigint or null, not a number
  const low: number = settings.warnTotalLow;
  return low;
}

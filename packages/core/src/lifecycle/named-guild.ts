import type { GuildRow } from '@slimy/db';
import { AppError } from '../errors.js';
import type { Change } from '../write/write-path.js';

/**
 * The row of a guild that is to go, held until the change ends, once its name was typed as it stands.
 * @throws AppError `confirmation_mismatch` when the name is not the guild's, `not_found`
 */
export async function requireNamedGuild(
  { repositories }: Change,
  guildId: string,
  confirmName: string,
): Promise<GuildRow> {
  const row = await repositories.guild(guildId).locked();
  if (row === null) throw new AppError('not_found', 'There is no such server among yours.');
  if (row.name === confirmName) return row;
  throw new AppError('confirmation_mismatch', 'The name does not match the name of the server.', {
    remedy: `Type the name of the server exactly: ${row.name}`,
    fields: [{ path: ['confirmName'], message: 'must be the exact name of the server' }],
  });
}

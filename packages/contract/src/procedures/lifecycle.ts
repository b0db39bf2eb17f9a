import { z } from 'zod';
import { limits } from '../limits.js';
import { done, snowflake } from '../scalars.js';
import { mutation } from './procedure.js';

/** A file with everything that is kept about a person or a guild. */
export const dataExport = z.object({
  fileName: z.string(),
  contentType: z.literal('application/json'),
  content: z.string(),
  rowCount: z.int(),
});

export const lifecycleProcedures = {
  'lifecycle.exportGuild': mutation(z.strictObject({ guildId: snowflake }), dataExport),
  'lifecycle.eraseGuild': mutation(
    z.strictObject({ guildId: snowflake, confirmName: z.string().max(limits.nameMax) }),
    done,
  ),
} as const;

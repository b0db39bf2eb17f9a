import { isSnowflake } from '@slimy/contract';
import { SlimyError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';

/** What a single call may say in its `context`, beside its `signal`. */
export interface CallContext extends Record<string, unknown> {
  /** The Discord id of the person the bot calls for. */
  readonly actingAs?: string;
  /** Milliseconds until this call is given up, its retries included. */
  readonly deadlineMs?: number;
}

/** Refuses an acting person that cannot be one, before anything is sent. */
export function checkedDiscordId(id: string): string {
  if (isSnowflake(id)) return id;
  throw new SlimyError('invalid_input', `actingAs must be a Discord id of 17 to 20 digits, not "${id}".`, {
    code: 'BAD_REQUEST',
    fields: [{ path: ['actingAs'], message: 'must be a Discord id: 17 to 20 digits' }],
  });
}

/** What holds for one call: its own context before the client's options. */
export function callContext(context: Record<string, unknown>, options: ResolvedOptions) {
  const { actingAs, deadlineMs } = context;
  return {
    actingAs: typeof actingAs === 'string' ? checkedDiscordId(actingAs) : options.actingAs,
    deadlineMs: typeof deadlineMs === 'number' ? deadlineMs : options.deadlineMs,
  };
}

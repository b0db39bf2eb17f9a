import type { SlimyClient } from '@slimy/client';
import type { Answer } from '../answers/answer.js';
import type { FilledOptions, OptionDefinition } from './options.js';

/** Somebody's wish in a guild, wherever it was typed or pressed. */
export interface Request {
  /** Discord id of the person. */
  readonly personId: string;
  readonly guildId: string;
  /** The API, called as this person. */
  readonly api: SlimyClient;
  /** Sends the facts of a guild on their way, so that a newly connected one fills up. */
  readonly syncGuild: (guildId: string) => void;
}

/** A command as people type it: `/guild settings set` with its options. */
export interface Command {
  /** The words after the slash; the first is the command, the others narrow it. At most three. */
  readonly path: readonly [string, ...string[]];
  /** At most 100 characters. */
  readonly description: string;
  readonly options: readonly OptionDefinition[];
  /** Whether it is there to change something: how far that came is uncertain where no answer came. */
  readonly changing: boolean;
  readonly run: (request: Request, options: FilledOptions) => Promise<Answer>;
}

/** What happens when a button is pressed whose id begins with `prefix` and a colon. */
export interface ButtonAction {
  readonly prefix: string;
  /** As with commands. */
  readonly changing: boolean;
  /** Gets the whole id; null when it is not one that this program makes. */
  readonly run: (request: Request, id: string) => Promise<Answer | null>;
}

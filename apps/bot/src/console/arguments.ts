import { parseArgs } from 'node:util';
import { isSnowflake } from '@slimy/contract';
import { LineError } from './parse-line.js';

/** What the console was started with. */
export interface ConsoleArguments {
  /** Discord id of the person it speaks for. */
  readonly as: string;
  /** Null: the person's only guild. */
  readonly guildId: string | null;
  /** A button to press instead of commands. */
  readonly press: string | null;
  /** Command lines; none means: read them from the terminal. */
  readonly lines: readonly string[];
}

const help = `Usage: pnpm bot:console --as <discord id> [--guild <guild id>] ["/guild info" …]
  --as     the Discord id of the person the commands are for
  --guild  the guild they are typed in; needed for who is in none or in several
  --press  presses a button by the id printed below an answer
Without a command it reads them line by line from the terminal.`;

/** Reads the command line. @throws LineError saying what is missing. */
export function readArguments(args: readonly string[]): ConsoleArguments {
  const { values, positionals } = parsed(args);
  if (!values.as || !isSnowflake(values.as)) throw new LineError(`--as needs a Discord id.\n${help}`);
  if (values.guild !== undefined && !isSnowflake(values.guild)) {
    throw new LineError(`--guild needs the id of a guild.\n${help}`);
  }
  return { as: values.as, guildId: values.guild ?? null, press: values.press ?? null, lines: positionals };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { as: { type: 'string' }, guild: { type: 'string' }, press: { type: 'string' } },
    });
  } catch (error) {
    throw new LineError(`${error instanceof Error ? error.message : 'Unreadable arguments.'}\n${help}`);
  }
}

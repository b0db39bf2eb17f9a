import { loadSettings, SettingsError, withoutSecrets } from '@slimy/config';
import { AppError, DataFolderTakenError, KeyMismatchError, UnfinishedRestoreError } from '@slimy/core';
import { DatabaseError, MigrationError } from '@slimy/db';
import { Command } from 'commander';
import type { Command as Work } from './commands.js';
import { createTerminal, type Terminal } from './terminal.js';

/** Failures whose message was written for whoever sits at the terminal. */
function isExplained(error: unknown): error is Error {
  return [
    AppError,
    DataFolderTakenError,
    DatabaseError,
    KeyMismatchError,
    MigrationError,
    SettingsError,
    UnfinishedRestoreError,
  ].some((kind) => error instanceof kind);
}

function tell(terminal: Terminal, error: unknown): void {
  if (!isExplained(error)) {
    terminal.failure(
      withoutSecrets(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      null,
    );
    return;
  }
  const remedy = error instanceof AppError ? (error.details.remedy ?? null) : null;
  terminal.failure(withoutSecrets(error.message), remedy);
}

/** What the program ends with when something was done without what was lost before; 2 is for what is not understood. */
const EXIT_INCOMPLETE = 3;

/** Arguments and options of a command line, as commander hands them out; whoever does the work checks them. */
type InputOf = (words: readonly unknown[], options: Readonly<Record<string, unknown>>) => object;

/** Makes a command's action: reads the settings, runs it, sets the exit code. */
export function execute(work: Work, inputOf: InputOf = () => ({})): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1);
    if (!(command instanceof Command)) throw new TypeError('commander hands the command to its action');
    const terminal = createTerminal({ json: command.optsWithGlobals()['json'] === true });
    try {
      const settings = loadSettings(process.env);
      const input = inputOf(given.slice(0, -2), command.opts());
      const outcome = await work(settings, terminal, input);
      process.exitCode = outcome === 'incomplete' ? EXIT_INCOMPLETE : outcome ? 0 : 1;
    } catch (error) {
      tell(terminal, error);
      process.exitCode = 1;
    }
  };
}

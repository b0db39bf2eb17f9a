import { SettingsError, type Settings } from '@slimy/config';
import { DataFolderTakenError, KeyMismatchError } from '@slimy/core';
import { DatabaseError, MigrationError } from '@slimy/db';

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Failures whose message was written for the person who starts the program. */
function isExplained(error: unknown): error is Error {
  return (
    error instanceof SettingsError ||
    error instanceof MigrationError ||
    error instanceof DataFolderTakenError ||
    error instanceof KeyMismatchError ||
    error instanceof DatabaseError
  );
}

/** What the person who started the program is told of a failure: what is wrong and what to do, no stack. */
export function startFailure(error: unknown, settings: Settings | null): string {
  if (isExplained(error)) return error.message;
  if (settings && hasCode(error, 'EADDRINUSE')) {
    return `Port ${settings.PORT} of ${settings.HOST} is taken by another program. Stop that one, or set PORT to another number.`;
  }
  if (settings && (hasCode(error, 'EACCES') || hasCode(error, 'EADDRNOTAVAIL'))) {
    return `This program may not listen at ${settings.HOST}:${settings.PORT}. Set HOST and PORT to an address of this machine and a port above 1023.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

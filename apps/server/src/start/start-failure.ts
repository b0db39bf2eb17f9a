import { SettingsError, type Settings } from '@slimy/config';
import { DataFolderTakenError, KeyMismatchError, UnfinishedRestoreError } from '@slimy/core';
import { DatabaseError, MigrationError } from '@slimy/db';

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The file or folder that could not be used; null for an error about anything else. */
function pathOf(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
}

/** Failures whose message was written for the person who starts the program. */
function isExplained(error: unknown): error is Error {
  return (
    error instanceof SettingsError ||
    error instanceof MigrationError ||
    error instanceof DataFolderTakenError ||
    error instanceof KeyMismatchError ||
    error instanceof UnfinishedRestoreError ||
    error instanceof DatabaseError
  );
}

/** What the person who started the program is told of a failure: what is wrong and what to do, no stack. */
export function startFailure(error: unknown, settings: Settings | null): string {
  if (isExplained(error)) return error.message;
  const path = pathOf(error);
  if (
    path !== null &&
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOSPC'].some((code) => hasCode(error, code))
  ) {
    return `This program cannot use ${path} (${error instanceof Error ? error.message : ''}). Make it readable and writable for the account that runs it, or set DATA_DIR to a folder that is.`;
  }
  if (settings && hasCode(error, 'EADDRINUSE')) {
    return `Port ${settings.PORT} of ${settings.HOST} is taken by another program. Stop that one, or set PORT to another number.`;
  }
  if (settings && (hasCode(error, 'EACCES') || hasCode(error, 'EADDRNOTAVAIL'))) {
    return `This program may not listen at ${settings.HOST}:${settings.PORT}. Set HOST and PORT to an address of this machine and a port above 1023.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

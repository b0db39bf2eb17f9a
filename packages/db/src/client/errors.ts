import * as Prisma from '@prisma/client/runtime/client';
import { DatabaseError } from '../errors.js';
import { models } from '../generated/columns.js';
import { mysqlError, mysqlFailureOf } from '../mysql/errors.js';
import type { Engine } from '../sql/direct-sql.js';
import { sqliteError } from '../sqlite/errors.js';

interface AdapterCause {
  readonly originalCode: string;
  readonly originalMessage: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What the engine itself said, which Prisma carries in its error's meta or throws as it is. */
function adapterCauseOf(error: unknown): AdapterCause | null {
  const carrier =
    error instanceof Prisma.PrismaClientKnownRequestError && isRecord(error.meta?.['driverAdapterError'])
      ? error.meta['driverAdapterError']
      : error;
  if (!isRecord(carrier) || carrier['name'] !== 'DriverAdapterError' || !isRecord(carrier['cause']))
    return null;
  const { originalCode, originalMessage } = carrier['cause'];
  return typeof originalCode === 'string' && typeof originalMessage === 'string'
    ? { originalCode, originalMessage }
    : null;
}

function engineError(
  engine: Engine,
  { originalCode, originalMessage }: AdapterCause,
  cause: unknown,
  table: string | undefined,
): DatabaseError {
  if (engine === 'mysql') {
    const failure = { errno: Number(originalCode), code: originalCode, message: originalMessage };
    return mysqlError(failure, cause, table);
  }
  return sqliteError(Object.assign(new Error(originalMessage, { cause }), { code: originalCode }));
}

function prismaError(error: { readonly code: string; readonly meta?: unknown }): DatabaseError {
  switch (error.code) {
    case 'P2025':
      return new DatabaseError('not_found', 'The row is not there.', { cause: error });
    case 'P2034':
      return new DatabaseError('deadlock', 'Two transactions met; one was rolled back.', { cause: error });
    case 'P2024':
    case 'P2028':
      return new DatabaseError('timeout', 'The transaction could not start in time or took too long.', {
        cause: error,
      });
    case 'P2017':
    case 'P2014':
      return new DatabaseError('foreign_key', 'The change would break a relation.', { cause: error });
    default:
      return error.code.startsWith('P1')
        ? new DatabaseError('unavailable', 'The database server cannot be used.', { cause: error })
        : new DatabaseError('unknown', 'The database refused the call.', { cause: error });
  }
}

/**
 * Any error of the client, in the words of this package; errors of the caller's own pass as they are. `model` is
 * the one that was called, where there was one.
 */
export function clientError(engine: Engine, error: unknown, model?: string): unknown {
  if (error instanceof DatabaseError) return error;
  const table = model === undefined ? undefined : models[model]?.table;
  const adapterCause = adapterCauseOf(error);
  if (adapterCause) return engineError(engine, adapterCause, error, table);
  if (error instanceof Prisma.PrismaClientKnownRequestError) return prismaError(error);
  if (error instanceof Prisma.PrismaClientValidationError) {
    // The last line says what is wrong; those before it quote the arguments.
    const reason = error.message.trim().split('\n').at(-1) ?? '';
    return new DatabaseError('misuse', `The call does not fit the schema. ${reason}`, { table });
  }
  if (error instanceof Prisma.PrismaClientInitializationError) {
    return new DatabaseError('unavailable', 'The database server cannot be used.', { cause: error });
  }
  // What the mariadb driver throws outside of a statement, as when its pool gives no connection.
  const failure = error instanceof Error && error.name === 'SqlError' ? mysqlFailureOf(error) : null;
  if (failure) return mysqlError(failure, error, table);
  return error instanceof Prisma.PrismaClientUnknownRequestError ||
    error instanceof Prisma.PrismaClientRustPanicError
    ? new DatabaseError('unknown', 'The database refused the call.', { cause: error })
    : error;
}

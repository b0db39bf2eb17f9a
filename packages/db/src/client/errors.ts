import * as Prisma from '@prisma/client/runtime/client';
import { DatabaseError } from '../errors.js';
import { models } from '../generated/columns.js';

function prismaError(error: { readonly code: string }, table: string | undefined): DatabaseError {
  const details = { table, cause: error };
  switch (error.code) {
    case 'P2025':
      return new DatabaseError('not_found', 'The row is not there.', details);
    case 'P2014':
    case 'P2017':
      return new DatabaseError('foreign_key', 'The change would break a relation.', details);
    case 'P2024':
    case 'P2028':
      return new DatabaseError(
        'timeout',
        'The transaction could not start in time or took too long.',
        details,
      );
    default:
      return new DatabaseError('unknown', 'The database refused the call.', details);
  }
}

/**
 * Any error of the client, in the words of this package; those of the engines come through it in them already,
 * and errors of the caller's own pass as they are. `model` is the one that was called, where there was one.
 */
export function clientError(error: unknown, model?: string): unknown {
  const table = model === undefined ? undefined : models[model]?.table;
  if (error instanceof Prisma.PrismaClientKnownRequestError) return prismaError(error, table);
  if (error instanceof Prisma.PrismaClientValidationError) {
    // The last line says what is wrong; those before it quote the arguments.
    const reason = error.message.trim().split('\n').at(-1) ?? '';
    return new DatabaseError('misuse', `The call does not fit the schema. ${reason}`, { table });
  }
  return error instanceof Prisma.PrismaClientUnknownRequestError ||
    error instanceof Prisma.PrismaClientInitializationError ||
    error instanceof Prisma.PrismaClientRustPanicError
    ? new DatabaseError('unknown', 'The database refused the call.', { table, cause: error })
    : error;
}

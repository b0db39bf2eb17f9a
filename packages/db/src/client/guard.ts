import { DatabaseError } from '../errors.js';
import { contentionAttempts, raceAttempts, retrying } from '../retry.js';
import { doomTransaction, refuseInsideTransaction, refuseWhenDoomed } from '../transaction-scope.js';
import { clientError } from './errors.js';
import { checkWrite } from './write-check.js';

interface Operation {
  readonly model?: string | undefined;
  readonly operation: string;
  readonly args: unknown;
  readonly query: (args: unknown) => Promise<unknown>;
}

async function translated({ model, operation, args, query }: Operation): Promise<unknown> {
  checkWrite(model, operation, args);
  try {
    return await query(args);
  } catch (error) {
    throw clientError(error, model);
  }
}

/** What stands around every call to the root: lengths, the vocabulary of errors, retries, no use from inside. */
export const rootGuard = {
  name: 'root',
  query: {
    $allOperations(operation: Operation): Promise<unknown> {
      refuseInsideTransaction();
      const limits = operation.operation === 'upsert' ? raceAttempts : contentionAttempts;
      return retrying(limits, () => translated(operation));
    },
  },
};

/** What stands around every call inside a transaction; retrying is the business of the whole transaction. */
export const transactionGuard = {
  name: 'transaction',
  query: {
    async $allOperations(operation: Operation): Promise<unknown> {
      refuseWhenDoomed();
      try {
        return await translated(operation);
      } catch (error) {
        if (error instanceof DatabaseError && error.kind === 'deadlock') doomTransaction(error);
        throw error;
      }
    },
  },
};

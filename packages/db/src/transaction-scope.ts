import { AsyncLocalStorage } from 'node:async_hooks';
import { DatabaseError } from './errors.js';

interface Scope {
  open: boolean;
  /** The engine has rolled back on its own; whatever follows would run outside of any transaction. */
  doomed: DatabaseError | null;
}

const scopes = new AsyncLocalStorage<Scope>();
let openScopes = 0;

/** Runs work that holds a transaction; until it ends, calls from inside it to the root are refused. */
export async function insideTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
  const scope: Scope = { open: true, doomed: null };
  openScopes += 1;
  try {
    return await scopes.run(scope, async () => {
      const result = await work();
      // Somebody swallowed the error that ended the transaction: nothing was kept, so say so.
      if (scope.doomed) throw scope.doomed;
      return result;
    });
  } finally {
    scope.open = false;
    openScopes -= 1;
    // Until Node 22 a storage in use makes every promise of the process dearer, also where nobody writes.
    if (openScopes === 0) scopes.disable();
  }
}

/**
 * Refuses a call to the root from inside one's own transaction: it would not be part of it, and on the embedded
 * engine it would wait for itself.
 */
export function refuseInsideTransaction(): void {
  if (scopes.getStore()?.open) {
    throw new DatabaseError(
      'misuse',
      'Inside a transaction use the transaction that was handed in, not the root database.',
    );
  }
}

/** Notes that the engine rolled the transaction back, so that nothing more runs in it. */
export function doomTransaction(error: DatabaseError): void {
  const scope = scopes.getStore();
  if (scope?.open) scope.doomed ??= error;
}

export function refuseWhenDoomed(): void {
  const doomed = scopes.getStore()?.doomed;
  if (doomed) throw doomed;
}

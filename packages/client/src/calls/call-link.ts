import type { Operation, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { asSlimyError } from '../errors.js';
import type { BatchQueue } from '../http/batch-queue.js';
import type { ResolvedOptions } from '../options.js';
import type { SlimyRouter } from '../router-type.js';
import { callContext } from './call-context.js';
import { startDeadline, waitUnlessAborted } from './deadline.js';
import { retryDelayMs } from './retry.js';

/** Runs one query or mutation to its end: deadline, tries, waits between them. */
async function run(op: Operation, queue: BatchQueue, options: ResolvedOptions, left: AbortSignal) {
  const context = callContext(op.context, options);
  const deadline = startDeadline(context.deadlineMs, op.signal ? [op.signal, left] : [left]);
  const call = {
    kind: op.type === 'mutation' ? 'mutation' : 'query',
    path: op.path,
    input: op.input,
    actingAs: context.actingAs,
    signal: deadline.signal,
  } as const;
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        return await queue.send(call);
      } catch (error) {
        const failure = asSlimyError(error);
        const delay =
          call.kind === 'mutation' || deadline.signal.aborted
            ? null
            : retryDelayMs(failure, tries, options.retry, deadline.remainingMs());
        if (delay === null) throw failure;
        await waitUnlessAborted(delay, deadline.signal);
      }
    }
  } finally {
    deadline.release();
  }
}

/** The link for queries and mutations. */
export function callLink(queue: BatchQueue, options: ResolvedOptions): TRPCLink<SlimyRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        const left = new AbortController();
        const answer = async () => {
          try {
            observer.next({ result: { type: 'data', data: await run(op, queue, options, left.signal) } });
            observer.complete();
          } catch (error) {
            observer.error(asSlimyError(error));
          }
        };
        void answer();
        return () => left.abort();
      });
}

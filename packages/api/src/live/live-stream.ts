import { setMaxListeners } from 'node:events';
import { limits, type LiveMessage, type WantedSubscription } from '@slimy/contract';
import { AppError } from '@slimy/core';
import { isTrackedEnvelope } from '@trpc/server';
import { callOf } from '../context/call.js';
import type { ApiContext } from '../context/opaque.js';
import { failureShape } from '../fast/answer-query.js';
import type { DeclaredProcedure } from '../procedures/declaration.js';
import { declaredProcedures } from '../procedures/procedure.js';
import { runProcedure } from '../procedures/run.js';
import { eventsOf } from '../procedures/tracked-events.js';
import { reviveWire } from '../wire/input-reader.js';
import { serialize } from '../wire/superjson-writer.js';
import { MessageQueue } from './message-queue.js';

/** A comment: readers of event streams pass over it, and see that somebody is there. */
const ALIVE = ': alive\n\n';

/** The subscription of that name; asking for one that is none counts as a call too. */
async function subscriptionNamed(name: string, context: ApiContext): Promise<DeclaredProcedure> {
  const found = declaredProcedures.get(name);
  if (found?.contract.kind === 'subscription') return found;
  await callOf(context).countedCaller('read');
  throw new AppError('unknown_procedure', `There is no subscription named ${name}.`);
}

/** The input with the place the client left off, where the procedure looks for it. */
function inputOf({ input, lastEventId }: WantedSubscription): unknown {
  const value = input === undefined ? undefined : reviveWire(input);
  if (lastEventId === undefined) return value;
  return typeof value === 'object' && value !== null ? { ...value, lastEventId } : { lastEventId };
}

/** Runs one subscription as a call of its own, to its end or its failure, which both are told as messages. */
async function follow(
  wanted: WantedSubscription,
  context: ApiContext,
  queue: MessageQueue,
  signal: AbortSignal,
): Promise<void> {
  const { id, path } = wanted;
  try {
    const procedure = await subscriptionNamed(path, context);
    const events = await runProcedure(procedure, {
      call: callOf(context),
      readInput: () => inputOf(wanted),
      signal,
      begun: (place) => void queue.put({ type: 'begun', id, place }),
    });
    for await (const event of eventsOf(events)) {
      if (!isTrackedEnvelope(event)) throw new TypeError(`An event of ${path} has no place.`);
      const [place, data] = event;
      await queue.put({ type: 'event', id, place, data: serialize(data) });
      if (signal.aborted) return;
    }
    await queue.put({ type: 'ended', id });
  } catch (error) {
    await queue.put({ type: 'failed', id, error: serialize(failureShape(error, context, path)) });
  }
}

function written(message: LiveMessage): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}

/**
 * The text of an event stream that carries several subscriptions of one caller. Each is a call of its own, with its
 * own count, rule, schema and end; one that is refused or ends says so under its number and leaves the others
 * alone. The stream ends with the last of them, or when `signal` aborts.
 */
export async function* liveStream(
  list: readonly WantedSubscription[],
  context: ApiContext,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const queue = new MessageQueue();
  const drop = () => queue.drop();
  signal.addEventListener('abort', drop, { once: true });
  if (signal.aborted) return;
  // Each subscription listens to it, and that many are no leak.
  setMaxListeners(0, signal);
  // What is written first carries the headers along.
  yield ALIVE;
  void Promise.all(list.map((wanted) => follow(wanted, context, queue, signal))).then(() => queue.end());
  for (;;) {
    const message = await queue.take(limits.livePingMs);
    if (message === null) return;
    yield message === 'quiet' ? ALIVE : written(message);
  }
}

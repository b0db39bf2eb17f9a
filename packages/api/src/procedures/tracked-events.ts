import { tracked, type TrackedEnvelope } from '@trpc/server';
import { z } from 'zod';

const identifiedEvent = z.object({ id: z.string(), event: z.unknown() });

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The events a subscription gave. @throws TypeError when it gave something else */
export function eventsOf(value: unknown): AsyncIterable<unknown> {
  if (isAsyncIterable(value)) return value;
  throw new TypeError('A subscription must give events.');
}

/** The events of a subscription, each with the id a client comes back with, each held against its schema. */
export async function* trackedEvents(
  events: unknown,
  schema: z.ZodType,
): AsyncGenerator<TrackedEnvelope<unknown>, void> {
  for await (const item of eventsOf(events)) {
    const { id, event } = identifiedEvent.parse(item);
    yield tracked(id, schema.parse(event));
  }
}

/** The same events; a failure while they come is reported before whoever takes them has it. */
export async function* reportingFailure<Event>(
  events: AsyncIterable<Event>,
  report: (error: unknown) => Promise<void>,
): AsyncGenerator<Event, void> {
  try {
    yield* events;
  } catch (error) {
    await report(error);
    throw error;
  }
}

import { z } from 'zod';
import { limits } from './limits.js';

/** The number by which a client knows one of its subscriptions on a stream. */
const number = z.int().min(0).max(2_147_483_647);
/** Where a subscription stands: the id of its last event, or of what came before its first. */
const place = z.string().max(200);

/** One subscription that a stream is asked to carry. */
export const wantedSubscription = z.strictObject({
  id: number,
  /** The procedure's name. */
  path: z.string().min(1).max(100),
  /** The input as superjson writes it. */
  input: z.unknown().optional(),
  /** Where the client left off; without it the subscription begins as its input says. */
  lastEventId: place.optional(),
});
export type WantedSubscription = z.infer<typeof wantedSubscription>;

/** What `GET /trpc-live?list=` takes as JSON: the subscriptions of one client, each under a number of its own. */
export const wantedSubscriptions = z
  .array(wantedSubscription)
  .min(1)
  .max(limits.liveSubscriptionsMax)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'must have different ids');

/** One message on a stream, each for the subscription with that number. */
export const liveMessage = z.discriminatedUnion('type', [
  /** It runs; whatever happens after `place` will be told. */
  z.object({ type: z.literal('begun'), id: number, place }),
  /** An event as superjson writes it, with the place it is at. */
  z.object({ type: z.literal('event'), id: number, place, data: z.unknown() }),
  /** It was refused, or broke: the error's shape as superjson writes it. Nothing more comes for it. */
  z.object({ type: z.literal('failed'), id: number, error: z.unknown() }),
  /** It is over. Nothing more comes for it. */
  z.object({ type: z.literal('ended'), id: number }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;

import { liveMessage, procedures, type ProcedureName, type WantedSubscription } from '@slimy/contract';
import { messageRoom, repositories } from '@slimy/db';
import { callTRPCProcedure, isTrackedEnvelope, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { appRouter, liveStream, type ApiContext } from '../../src/index.ts';
import { eventsOf } from '../../src/procedures/tracked-events.ts';
import { reviveWire } from '../../src/wire/input-reader.ts';
import { storeSession } from './matrix-callers.ts';
import type { TestApi } from './open-api.ts';
import { club, type SeededWorld } from './small-world.ts';

/** The names of all subscriptions. */
type SubscriptionName = {
  [Name in ProcedureName]: (typeof procedures)[Name]['kind'] extends 'subscription' ? Name : never;
}[ProcedureName];

/** What a subscription is there to tell. */
interface Happening {
  /** The place in its room before it happens. */
  readonly room: string;
  /** Lets it happen, under a mark. */
  readonly happen: (api: SeededWorld, mark: string) => Promise<unknown>;
  /** What the event holds then. */
  readonly tells: (mark: string) => z.ZodType;
}

async function owner({ core, database, ids }: SeededWorld) {
  const { token } = await storeSession({ core, database, ids }, 'owner', 'live');
  const request = { requestId: 'prepare', ipAddress: null, userAgent: null };
  return { actor: await core.authentication.session(token), request };
}

/** Something that happens for every subscription; one without does not compile. */
const happenings: Readonly<Record<SubscriptionName, Happening>> = {
  'guild.onChange': {
    room: `guild:${club}`,
    happen: async (api, notes) => {
      const caller = await owner(api);
      const { guildSettings } = api.core.services;
      const { version } = await guildSettings.get(caller, { guildId: club });
      await guildSettings.update(caller, { guildId: club, version, settings: { notes } });
    },
    tells: () => z.looseObject({ guildId: z.literal(club), what: z.literal('settings') }),
  },
  'message.onNew': {
    room: messageRoom({ table: 'guilds', column: 'guild_id', id: club }),
    happen: async (api, text) =>
      api.core.services.messages.send(
        await owner(api),
        procedures['message.send'].input.parse({ guildId: club, text }),
      ),
    tells: (text) => z.looseObject({ guildId: z.literal(club), text: z.literal(text) }),
  },
};

/** Milliseconds until an event that does not come is given up. */
const PATIENCE_MS = 10_000;
let marks = 0;

/** One way to open a subscription: gives its first event. @throws TRPCError when it is refused */
type FirstEvent = (wanted: WantedSubscription, context: ApiContext, signal: AbortSignal) => Promise<unknown>;

/** As tRPC's own route opens it. */
const alone: FirstEvent = async ({ path, input, lastEventId }, ctx, signal) => {
  const events: unknown = await callTRPCProcedure({
    router: appRouter,
    path,
    type: 'subscription',
    ctx,
    getRawInput: async () => ({ ...z.looseObject({}).parse(input), lastEventId }),
    signal,
    batchIndex: 0,
  });
  for await (const event of eventsOf(events)) return isTrackedEnvelope(event) ? event[1] : event;
  return undefined;
};

const failure = z.object({ data: z.object({ code: z.enum(['UNAUTHORIZED', 'NOT_FOUND', 'FORBIDDEN']) }) });

/** As one of a client's stream. */
const together: FirstEvent = async (wanted, context, signal) => {
  const list = [{ ...wanted, input: { json: wanted.input } }];
  for await (const text of liveStream(list, context, signal)) {
    if (!text.startsWith('data:')) continue;
    const message = liveMessage.parse(JSON.parse(text.slice('data:'.length)));
    if (message.type === 'event') return reviveWire(message.data);
    if (message.type === 'failed') {
      const { code } = failure.parse(reviveWire(message.error)).data;
      throw new TRPCError({ code });
    }
  }
  return undefined;
};

/** Whether a procedure is a subscription. */
export function isSubscription(name: ProcedureName): name is SubscriptionName {
  return procedures[name].kind === 'subscription';
}

/** The two ways in which clients open a subscription. */
export const waysToSubscribe: readonly FirstEvent[] = [alone, together];

/**
 * Opens a subscription, lets something happen and takes the event that tells of it: `yes`, or in words what came
 * instead. @throws TRPCError when it is refused
 */
export async function takeEvent(
  open: FirstEvent,
  api: TestApi,
  name: SubscriptionName,
  input: unknown,
  context: ApiContext,
): Promise<string> {
  const { room, happen, tells } = happenings[name];
  const places = await repositories(api.database).outbox.lastSequences([room]);
  const lastEventId = (places.get(room) ?? 0n).toString();
  const mark = `matrix ${(marks += 1)}`;
  const gone = new AbortController();
  const patience = setTimeout(() => gone.abort(), PATIENCE_MS);
  try {
    const opened = open({ id: 1, path: name, input, lastEventId }, context, gone.signal);
    const [first, happened] = await Promise.allSettled([opened, happen(api, mark)]);
    if (happened.status === 'rejected') throw happened.reason;
    if (first.status === 'rejected') throw first.reason;
    const held = procedures[name].output.safeParse(first.value);
    if (!held.success) return `an event that does not fit its schema: ${held.error.message}`;
    return tells(mark).safeParse(held.data).success ? 'yes' : `another event: ${JSON.stringify(held.data)}`;
  } finally {
    clearTimeout(patience);
    gone.abort();
  }
}

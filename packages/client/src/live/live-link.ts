import { errorReasons } from '@slimy/contract';
import { httpSubscriptionLink, retryLink, type Operation, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { SuperJSON } from 'superjson';
import { callContext } from '../calls/call-context.js';
import { asSlimyError, SlimyError } from '../errors.js';
import { requestHeaders } from '../http/request-headers.js';
import type { ResolvedOptions } from '../options.js';
import type { SlimyRouter } from '../router-type.js';
import { shareStreams } from './share-streams.js';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * A page's own EventSource sends the session cookie, which is all a page needs; it cannot send headers, so
 * a token or an acting person needs the `eventsource` package, and so does Node.
 */
function pageCanStream(options: ResolvedOptions, actingAs: string | null): boolean {
  return 'EventSource' in globalThis && options.token === null && actingAs === null;
}

function streamFetch(options: ResolvedOptions, actingAs: string | null): typeof globalThis.fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(await requestHeaders(options, actingAs))) {
      headers.set(name, value);
    }
    return options.fetch(input, { ...init, headers });
  };
}

async function streamLink(options: ResolvedOptions, op: Operation): Promise<TRPCLink<SlimyRouter>> {
  const { actingAs } = callContext(op.context, options);
  const common = { url: options.endpoint, transformer: SuperJSON };
  if (pageCanStream(options, actingAs)) return httpSubscriptionLink(common);
  const { EventSource } = await import('eventsource');
  return httpSubscriptionLink({
    ...common,
    EventSource,
    eventSourceOptions: { fetch: streamFetch(options, actingAs) },
  });
}

/** What the server meant by refusing a stream, as far as the status tells; a page is not told it. */
const reasonByStatus = new Map([
  [400, 'invalid_input'],
  [401, 'not_signed_in'],
  [403, 'action_not_allowed'],
  [404, 'not_found'],
] as const);

/** The HTTP status with which a stream was not opened: tRPC takes the event that carries it for an answer. */
function refusalStatus(error: { readonly shape?: unknown }): number | undefined {
  const event = error.shape;
  return event instanceof Event && 'code' in event && typeof event.code === 'number' ? event.code : undefined;
}

function streamError(error: { readonly shape?: unknown }): SlimyError {
  const status = refusalStatus(error);
  if (status === undefined) return asSlimyError(error);
  for (const [refusal, reason] of reasonByStatus) {
    if (status === refusal) {
      return new SlimyError(reason, `The server refused the stream (HTTP ${refusal}).`, {
        code: errorReasons[reason],
      });
    }
  }
  return new SlimyError('unreachable', `The stream could not be opened (HTTP ${status}).`);
}

/** Opens a stream once its EventSource is there. */
function openStream(options: ResolvedOptions): TRPCLink<SlimyRouter> {
  return (runtime) =>
    ({ op, next }) =>
      observable((observer) => {
        let stream: Unsubscribable | null = null;
        let left = false;
        const open = async () => {
          try {
            const link = await streamLink(options, op);
            if (left) return;
            stream = link(runtime)({ op, next }).subscribe({
              next: (event) => observer.next(event),
              complete: () => observer.complete(),
              error: (error) => observer.error(streamError(error)),
            });
          } catch (error) {
            observer.error(asSlimyError(error));
          }
        };
        void open();
        return () => {
          left = true;
          stream?.unsubscribe();
        };
      });
}

/** The links for subscriptions: a broken stream is opened again from where it broke off. */
export function liveLinks(options: ResolvedOptions): TRPCLink<SlimyRouter>[] {
  return [
    shareStreams(options),
    retryLink({
      retry: ({ error }) => streamError(error).reason === 'unreachable',
      retryDelayMs: (attempt) =>
        Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_RETRY_MS) *
        (0.5 + Math.random() / 2),
    }),
    openStream(options),
  ];
}

import { createTRPCClient, splitLink, type TRPCClient } from '@trpc/client';
import { createTRPCFlatProxy } from '@trpc/server';
import { callLink } from './calls/call-link.js';
import { checkedDiscordId } from './calls/call-context.js';
import { BatchQueue } from './http/batch-queue.js';
import { HttpTransport } from './http/transport.js';
import { LiveConnections } from './live/live-connections.js';
import { liveLinks } from './live/live-link.js';
import { resolveOptions, type ClientOptions, type ResolvedOptions } from './options.js';
import type { SlimyRouter } from './router-type.js';

/** What a client has beside the procedures. */
interface ClientMethods {
  /**
   * The same client calling for this person: for the bot, with its service token. Throws a `SlimyError` for
   * a text that is no Discord id.
   */
  as(discordId: string): SlimyClient;
  /**
   * Seconds since the server's database last answered, when the newest answer said that it is away and came from the
   * cache; null when it was up to date.
   */
  databaseAwaySeconds(): number | null;
}

/**
 * The procedures by their names, such as `client.guild.byId.query({ guildId })`. Every call rejects with a
 * `SlimyError`. A call may carry `{ signal, context: { actingAs, deadlineMs } }`.
 */
export type SlimyClient = TRPCClient<SlimyRouter> & ClientMethods;

/** What a client shares with those made of it for other people. */
interface SharedParts {
  readonly transport: HttpTransport;
  readonly queue: BatchQueue;
  readonly connections: LiveConnections;
}

function clientFor(options: ResolvedOptions, shared: SharedParts): SlimyClient {
  const procedures = createTRPCClient<SlimyRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: liveLinks(shared.connections, options),
        false: callLink(shared.queue, options),
      }),
    ],
  });
  const methods: ClientMethods = {
    as: (discordId) => clientFor({ ...options, actingAs: checkedDiscordId(discordId) }, shared),
    databaseAwaySeconds: () => shared.transport.databaseAwaySeconds,
  };
  return createTRPCFlatProxy<SlimyClient>((key) =>
    key === 'as' || key === 'databaseAwaySeconds' ? methods[key] : procedures[key],
  );
}

/**
 * Makes a client of a Slimy server, for browsers and Node alike. Queries of one moment travel together, at
 * most 20 in a request; a lone one is a plain GET. Queries that failed for a passing reason are tried again
 * within their deadline; mutations never are. Subscriptions share one stream of server-sent events a person, which
 * resumes by itself.
 */
export function createClient(options: ClientOptions): SlimyClient {
  const resolved = resolveOptions(options);
  const transport = new HttpTransport(resolved);
  const queue = new BatchQueue(transport);
  return clientFor(resolved, { transport, queue, connections: new LiveConnections(resolved) });
}

import { initTRPC } from '@trpc/server';
import { callOf } from '../context/call.js';
import type { ApiContext } from '../context/opaque.js';
import { errorShape } from '../errors/error-shape.js';
import type { ErrorShape } from '../errors/error-shape-type.js';
import { deserialize } from '../wire/input-reader.js';
import { serialize } from '../wire/superjson-writer.js';

const wire = { serialize, deserialize };

/** The one tRPC root. `isDev` is off whatever the environment says: a stack is never sent. */
export const trpc = initTRPC.context<ApiContext>().create({
  isDev: false,
  transformer: { input: wire, output: wire },
  errorFormatter: ({ error, path, ctx }): ErrorShape =>
    errorShape(
      error,
      ctx ? callOf(ctx).occasion(path) : { requestId: 'unknown', path, contractsDiffer: false },
    ),
  sse: {
    // Comments keep proxies from closing a quiet stream; a client that hears none comes back by itself.
    ping: { enabled: true, intervalMs: 15_000 },
    client: { reconnectAfterInactivityMs: 40_000 },
  },
});

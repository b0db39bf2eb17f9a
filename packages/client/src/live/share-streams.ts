import type { TRPCLink } from '@trpc/client';
import { observable, share } from '@trpc/server/observable';
import { SuperJSON } from 'superjson';
import { callContext } from '../calls/call-context.js';
import type { ResolvedOptions } from '../options.js';
import type { SlimyRouter } from '../router-type.js';

type Link = ReturnType<TRPCLink<SlimyRouter>>;

/** Equal subscriptions of one client share one stream, which ends with the last of them. */
export function shareStreams(options: ResolvedOptions): TRPCLink<SlimyRouter> {
  return () => {
    const open = new Map<string, { readonly stream: ReturnType<Link>; subscribers: number }>();
    return ({ op, next }) =>
      observable((observer) => {
        const { actingAs } = callContext(op.context, options);
        const key = `${op.path} ${SuperJSON.stringify(op.input)} ${actingAs ?? ''}`;
        // The shared stream outlives the signal of whoever opened it.
        const shared = open.get(key) ?? {
          stream: next({ ...op, signal: null }).pipe(share()),
          subscribers: 0,
        };
        open.set(key, shared);
        shared.subscribers += 1;
        const subscription = shared.stream.subscribe(observer);
        let left = false;
        const leave = () => {
          if (left) return;
          left = true;
          op.signal?.removeEventListener('abort', leave);
          shared.subscribers -= 1;
          if (shared.subscribers === 0) open.delete(key);
          subscription.unsubscribe();
        };
        op.signal?.addEventListener('abort', leave, { once: true });
        return leave;
      });
  };
}

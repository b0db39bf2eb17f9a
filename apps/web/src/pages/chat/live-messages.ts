import { useDocumentVisibility } from '@mantine/hooks';
import type { Message } from '@slimy/contract';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useState } from 'react';
import { api, queryClient } from '../../app/slimy.ts';

/** A message that came by the stream, with its place in the room. */
interface ArrivedMessage {
  readonly place: bigint;
  readonly message: Message;
}

/** What a page holds beside the list; with more it asks for the list anew. */
const MOST_HELD = 200;
/** Until a stream that ended is asked for again. */
const REOPEN_MS = 3_000;

/**
 * What was sent to the guild since the list was read, while its page is in sight. `listedTo` is the list's
 * `liveFrom`: what came before it stands in the list, or was deleted.
 */
export function useLiveMessages(guildId: string, listedTo: string) {
  const visible = useDocumentVisibility() === 'visible';
  const [arrived, setArrived] = useState<readonly ArrivedMessage[]>([]);
  const unlisted = arrived.filter(unlistedBy(listedTo));
  const newest = (unlisted.at(-1)?.place ?? BigInt(listedTo)).toString();
  const [after, setAfter] = useState(listedTo);
  const { status, reset } = useSubscription(
    api.message.onNew.subscriptionOptions(
      { guildId, after },
      {
        enabled: visible,
        onData: ({ id, data }) => {
          const newcomer = { place: BigInt(id), message: data };
          setArrived((before) => withMessage(before.filter(unlistedBy(listedTo)), newcomer));
        },
      },
    ),
  );
  const ended = visible && (status === 'idle' || status === 'error');
  useEffect(() => {
    if (!ended) return;
    // Who may no longer see what they saw is not shown it any longer.
    void queryClient.invalidateQueries({ queryKey: api.message.list.pathKey() });
    const timer = setTimeout(() => {
      setAfter(newest);
      reset();
    }, REOPEN_MS);
    return () => clearTimeout(timer);
  }, [ended, newest, reset]);
  const many = unlisted.length > MOST_HELD;
  useEffect(() => {
    if (many) void queryClient.invalidateQueries({ queryKey: api.message.list.pathKey() });
  }, [many]);
  return { arrived: unlisted.map(({ message }) => message), live: status === 'pending' };
}

function unlistedBy(listedTo: string): (arrived: ArrivedMessage) => boolean {
  const end = BigInt(listedTo);
  return ({ place }) => place > end;
}

function withMessage(before: readonly ArrivedMessage[], arrived: ArrivedMessage): readonly ArrivedMessage[] {
  return before.some(({ place }) => place === arrived.place) ? before : [...before, arrived];
}

import { Skeleton } from '@mantine/core';
import type { Message } from '@slimy/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, client } from '../../app/slimy.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useGuild } from '../guild/guild-context.ts';
import { Composer } from './composer.tsx';
import classes from './chat.module.css';
import { useLiveMessages } from './live-messages.ts';
import { MessageLog } from './message-log.tsx';
import { useOutgoing } from './outgoing.ts';

const firstPage: string | undefined = undefined;

/** The chat of a guild. */
export function ChatPage() {
  const guild = useGuild();
  const list = useInfiniteQuery({
    queryKey: [...api.message.list.pathKey(), guild.id],
    queryFn: ({ pageParam, signal }) =>
      client.message.list.query({ guildId: guild.id, cursor: pageParam }, { signal }),
    initialPageParam: firstPage,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: Infinity,
    gcTime: 0,
  });
  const pages = list.data?.pages;
  const first = pages?.[0];
  return (
    <>
      <title>{`Chat of ${guild.name} · Slimy`}</title>
      {pages && first ? (
        <Chat
          listed={pages.flatMap(({ items }) => items).toReversed()}
          listedTo={first.liveFrom}
          older={list.hasNextPage ? () => list.fetchNextPage() : null}
          loadingOlder={list.isFetchingNextPage}
        />
      ) : list.isPending ? (
        <ChatSkeleton />
      ) : (
        <ErrorNotice error={list.error} retry={() => list.refetch()} />
      )}
    </>
  );
}

interface ChatProps {
  /** Oldest first. */
  readonly listed: readonly Message[];
  readonly listedTo: string;
  readonly older: (() => Promise<unknown>) | null;
  readonly loadingOlder: boolean;
}

function Chat({ listed, listedTo, older, loadingOlder }: ChatProps) {
  const guild = useGuild();
  const { arrived, live } = useLiveMessages(guild.id, listedTo);
  const { outgoing, send, again, drop } = useOutgoing(guild.id);
  const messages = [...listed, ...arrived];
  const known = new Set(messages.map(({ clientId }) => clientId));
  return (
    <Panel className={classes.chat} aria-label="Chat">
      <MessageLog
        messages={messages}
        outgoing={outgoing.filter(({ clientId }) => !known.has(clientId))}
        older={older}
        loadingOlder={loadingOlder}
        again={again}
        drop={drop}
      />
      <Composer live={live} send={send} />
    </Panel>
  );
}

function ChatSkeleton() {
  return (
    <Panel aria-busy="true" aria-label="Loading the messages">
      {[0, 1, 2, 3].map((place) => (
        <Skeleton key={place} height={18} width={`${80 - place * 12}%`} my="md" />
      ))}
    </Panel>
  );
}

import { Button, Text } from '@mantine/core';
import type { Message } from '@slimy/contract';
import { useLayoutEffect, useRef, useState } from 'react';
import { useSession } from '../../session/session.ts';
import classes from './chat.module.css';
import { MessageRow } from './message-row.tsx';
import type { OutgoingMessage } from './outgoing.ts';

interface Props {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly outgoing: readonly OutgoingMessage[];
  /** Loads what was said before; null when this is all. */
  readonly older: (() => Promise<unknown>) | null;
  readonly loadingOlder: boolean;
  readonly again: (message: OutgoingMessage) => void;
  readonly drop: (clientId: string) => void;
}

/** Pixels from the end within which somebody reads along. */
const NEAR_THE_END = 80;

/** What was said, newest at the foot. Who reads along stays at the foot; who reads back stays where they are. */
export function MessageLog({ messages, outgoing, older, loadingOlder, again, drop }: Props) {
  const log = useRef<HTMLDivElement>(null);
  const [readsAlong, setReadsAlong] = useState(true);
  const before = useRef({ first: messages[0]?.id, height: 0 });

  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const { scrollHeight: height } = element;
    const first = messages[0]?.id;
    if (readsAlong) element.scrollTop = height;
    // Only what is put above the reader moves what they read.
    else if (first !== before.current.first) element.scrollTop += height - before.current.height;
    before.current = { first, height };
  });

  return (
    <div className={classes.frame}>
      <div
        ref={log}
        className={classes.log}
        role="log"
        aria-label="Messages"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          setReadsAlong(scrollHeight - scrollTop - clientHeight < NEAR_THE_END);
        }}
      >
        {older && (
          <Button
            variant="default"
            size="xs"
            className={classes.older}
            loading={loadingOlder}
            onClick={() => {
              setReadsAlong(false);
              void older();
            }}
          >
            Show older messages
          </Button>
        )}
        {messages.length === 0 && outgoing.length === 0 && (
          <Text c="dimmed" className={classes.older}>
            Nobody has said anything yet. Say hello.
          </Text>
        )}
        <ol className={classes.messages}>
          {messages.map((message) => (
            <MessageRow key={message.id} message={message} />
          ))}
          {outgoing.map((message) =>
            message.stored ? (
              <MessageRow
                key={message.clientId}
                message={message.stored}
                onDeleted={() => drop(message.clientId)}
              />
            ) : (
              <OutgoingRow
                key={message.clientId}
                message={message}
                again={() => again(message)}
                drop={() => drop(message.clientId)}
              />
            ),
          )}
        </ol>
      </div>
      {!readsAlong && (
        <Button size="xs" className={classes.toEnd} onClick={() => setReadsAlong(true)}>
          To the newest
        </Button>
      )}
    </div>
  );
}

function OutgoingRow({
  message,
  again,
  drop,
}: {
  readonly message: OutgoingMessage;
  readonly again: () => void;
  readonly drop: () => void;
}) {
  const me = useSession()?.user;
  return (
    <li className={classes.message}>
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.author}>{me?.globalName ?? me?.username ?? 'You'}</span>
          <span role="status">{message.failure === null ? 'Sending…' : 'Not sent'}</span>
        </div>
        <div className={`${classes.text} ${classes.dim}`}>{message.text}</div>
        {message.failure !== null && (
          <div role="alert" className={classes.failure}>
            <Text size="sm">{message.failure}</Text>
            <Button size="compact-xs" variant="default" onClick={again}>
              Send again
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={drop}>
              Discard
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}

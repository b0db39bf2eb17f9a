import type { Message } from '@slimy/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/slimy.ts';
import { explainFailedChange } from '../../parts/failed-change.ts';

/** A message on its way. Sent again under the same id it stays one message, so trying again is always right. */
export interface OutgoingMessage {
  readonly clientId: string;
  readonly text: string;
  readonly adminOnly: boolean;
  /** As the server stored it; null until it has said so. */
  readonly stored: Message | null;
  /** Why it was not sent; null while it is on the way. */
  readonly failure: string | null;
}

/** Messages that are shown before the server has them. */
export function useOutgoing(guildId: string) {
  const [outgoing, setOutgoing] = useState<readonly OutgoingMessage[]>([]);
  const change = (clientId: string, changed: Partial<OutgoingMessage>) =>
    setOutgoing((all) => all.map((one) => (one.clientId === clientId ? { ...one, ...changed } : one)));
  const { mutate } = useMutation(
    api.message.send.mutationOptions({
      onSuccess: (stored, { clientId }) => change(clientId ?? '', { stored }),
      onError: (error, { clientId }) => {
        const { title, text } = explainFailedChange(error, 'Try again: it is sent once at most.');
        change(clientId ?? '', { failure: `${title}. ${text}` });
      },
    }),
  );
  const submit = ({ clientId, text, adminOnly }: Pick<OutgoingMessage, 'clientId' | 'text' | 'adminOnly'>) =>
    mutate({ guildId, clientId, text, adminOnly });
  return {
    outgoing,
    send: (text: string, adminOnly: boolean) => {
      const message = { clientId: newClientId(), text, adminOnly, stored: null, failure: null };
      setOutgoing((all) => [...all, message]);
      submit(message);
    },
    again: (message: OutgoingMessage) => {
      change(message.clientId, { failure: null });
      submit(message);
    },
    drop: (clientId: string) => setOutgoing((all) => all.filter((one) => one.clientId !== clientId)),
  };
}

/** Random; `randomUUID` is there on secure addresses only. */
function newClientId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

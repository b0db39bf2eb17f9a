import { Button, Group, Switch, Text, Textarea } from '@mantine/core';
import { limits, procedures } from '@slimy/contract';
import { useState } from 'react';
import { problemsOf } from '../../forms/field-problems.ts';
import { grouped } from '../../parts/numbers.ts';
import { useAbility, useGuild } from '../guild/guild-context.ts';
import classes from './chat.module.css';

interface Props {
  /** Whether what others say arrives by itself now. */
  readonly live: boolean;
  readonly send: (text: string, adminOnly: boolean) => void;
}

/** From here on the length of a message is told. */
const TELL_LENGTH_FROM = limits.messageTextMax - 1_000;

/** Where one writes: Enter sends, Shift and Enter begin a new line. */
export function Composer({ live, send }: Props) {
  const guild = useGuild();
  const mayWhisper = useAbility('read_admin_chat');
  const [text, setText] = useState('');
  const [whispered, setWhispered] = useState(false);
  const adminOnly = mayWhisper && whispered;
  const length = text.length > TELL_LENGTH_FROM ? Array.from(text).length : text.length;
  const problem =
    text.trim() === ''
      ? undefined
      : problemsOf(procedures['message.send'].input, { guildId: guild.id, text, adminOnly })['text'];

  function submit(): void {
    if (text.trim() === '' || problem !== undefined) return;
    send(text, adminOnly);
    setText('');
  }

  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Textarea
        aria-label="Message"
        placeholder={adminOnly ? 'Write to the moderators' : `Write to ${guild.name}`}
        autosize
        minRows={1}
        maxRows={8}
        value={text}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" role="status">
          {live ? 'Live' : 'Connecting… what others write may be late'}
        </Text>
        <Group gap="md">
          {length > TELL_LENGTH_FROM && (
            <Text size="sm" c="dimmed" className="numbers">
              {grouped(length)} of {grouped(limits.messageTextMax)}
            </Text>
          )}
          {mayWhisper && (
            <Switch
              label="Moderators only"
              checked={whispered}
              onChange={(event) => setWhispered(event.currentTarget.checked)}
            />
          )}
          <Button type="submit" disabled={text.trim() === ''}>
            Send
          </Button>
        </Group>
      </Group>
    </form>
  );
}

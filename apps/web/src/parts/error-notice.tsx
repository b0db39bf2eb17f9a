import { Button, Group, Text, Title } from '@mantine/core';
import { isSlimyError } from '@slimy/client';
import { Panel } from './panel.tsx';

/** What happened and what can be done about it. */
export interface Explained {
  readonly title: string;
  readonly text: string;
}

/**
 * What happened and what can be done, in words for the person in front of the page; about what the page asks
 * for, which it goes on asking for. A change that failed has words of its own: `explainFailedChange`.
 */
export function explain(error: unknown): Explained {
  if (!isSlimyError(error)) {
    return {
      title: 'This page could not be shown',
      text: 'A part of it did not load. Try again; if that does not help, reload the page.',
    };
  }
  const text = [error.message, error.remedy].filter(Boolean).join(' ');
  switch (error.reason) {
    case 'unreachable':
      return {
        title: 'The server cannot be reached',
        text: 'Check your connection. Slimy keeps trying and goes on by itself.',
      };
    case 'timed_out':
      return { title: 'That took too long', text: 'The server is busy. Try again in a moment.' };
    case 'rate_limited':
      return {
        title: 'Too many requests',
        text: `Wait ${error.retryAfterSeconds ?? 60} seconds, then try again.`,
      };
    case 'not_found':
      return { title: 'Not found', text: text || 'It does not exist, or you are not a member of it.' };
    case 'internal':
      return {
        title: 'Something went wrong on the server',
        text: `Tell the operator this number, it leads to the cause: ${error.requestId ?? 'unknown'}.`,
      };
    case 'database_unavailable':
    case 'shutting_down':
      return { title: 'The server is not ready', text: 'It should be back in a moment.' };
    default:
      return {
        title: error.code === 'FORBIDDEN' ? 'You may not do that here' : 'That did not work',
        text,
      };
  }
}

interface NoticeProps {
  readonly error: unknown;
  readonly retry?: () => unknown;
  /** 1 where the notice is all there is on the page. */
  readonly level?: 1 | 2;
}

/** An error where its content would stand, with a way to try again. */
export function ErrorNotice({ error, retry, level = 2 }: NoticeProps) {
  const { title, text } = explain(error);
  return (
    <Panel role="alert">
      <Title order={level} size="h2" mb={6}>
        {title}
      </Title>
      <Text c="dimmed">{text}</Text>
      {retry && (
        <Group mt="md">
          <Button variant="default" onClick={() => void retry()}>
            Try again
          </Button>
        </Group>
      )}
    </Panel>
  );
}

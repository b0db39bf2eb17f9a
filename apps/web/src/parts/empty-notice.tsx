import { Text, Title } from '@mantine/core';
import { Panel } from './panel.tsx';

/** Says that there is nothing, why, and what would change that. */
export function EmptyNotice({
  title,
  level = 2,
  children,
}: {
  readonly title: string;
  /** 1 where the notice is all there is on the page. */
  readonly level?: 1 | 2;
  readonly children?: React.ReactNode;
}) {
  return (
    <Panel>
      <Title order={level} size="h2" mb={6}>
        {title}
      </Title>
      <Text c="dimmed" component="div">
        {children}
      </Text>
    </Panel>
  );
}

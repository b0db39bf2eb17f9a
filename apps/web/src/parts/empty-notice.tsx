import { Text, Title } from '@mantine/core';
import { Panel } from './panel.tsx';

/** Says that there is nothing, why, and what would change that. */
export function EmptyNotice({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: React.ReactNode;
}) {
  return (
    <Panel>
      <Title order={2} mb={6}>
        {title}
      </Title>
      <Text c="dimmed" component="div">
        {children}
      </Text>
    </Panel>
  );
}

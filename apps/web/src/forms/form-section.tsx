import { Text, Title } from '@mantine/core';
import { useId } from 'react';
import { Panel } from '../parts/panel.tsx';
import classes from './form-section.module.css';

interface Props {
  readonly title: string;
  readonly about: string;
  readonly children: React.ReactNode;
}

/** A group of fields with what they are about beside it. */
export function FormSection({ title, about, children }: Props) {
  const id = useId();
  return (
    <Panel className={classes.section} aria-labelledby={id}>
      <div>
        <Title order={2} id={id} mb={4}>
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      </div>
      <div className={classes.fields}>{children}</div>
    </Panel>
  );
}

import { Button, Group, Text } from '@mantine/core';
import { counted } from '../parts/numbers.ts';
import classes from './save-bar.module.css';

interface Props {
  readonly changes: number;
  readonly saving: boolean;
  readonly onDiscard: () => void;
}

/** Stays in sight while there is something to save. */
export function SaveBar({ changes, saving, onDiscard }: Props) {
  if (changes === 0) return null;
  return (
    <div className={classes.bar}>
      <Text size="sm" fw={550} role="status">
        {counted(changes, 'unsaved change')}
      </Text>
      <Group gap="sm">
        <Button variant="default" onClick={onDiscard} disabled={saving}>
          Discard
        </Button>
        <Button type="submit" loading={saving}>
          Save changes
        </Button>
      </Group>
    </div>
  );
}

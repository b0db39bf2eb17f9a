import { Button, Group, Text } from '@mantine/core';
import classes from './save-bar.module.css';

interface Props {
  /** The names of the fields that somebody else changed, as the form shows them. */
  readonly theirFields: readonly string[];
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}

/** Somebody else saved while this form was open: says what, and leaves the choice to the person. */
export function ConflictNotice({ theirFields, onTakeTheirs, onKeepMine }: Props) {
  return (
    <div className={classes.bar} data-conflict role="alert">
      <div className={classes.text}>
        <Text fw={650}>Somebody else saved in the meantime</Text>
        <Text size="sm">
          {theirFields.length > 0 && `They changed: ${theirFields.join(', ')}. `}
          Keep yours, and only the fields you changed are written over theirs.
        </Text>
      </div>
      <Group gap="sm">
        <Button variant="default" onClick={onTakeTheirs}>
          Load theirs
        </Button>
        <Button onClick={onKeepMine}>Keep mine and save</Button>
      </Group>
    </div>
  );
}

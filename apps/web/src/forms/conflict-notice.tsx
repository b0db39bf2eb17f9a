import { Alert, Button, Group, Text } from '@mantine/core';

interface Props {
  /** The names of the fields that somebody else changed, as the form shows them. */
  readonly theirFields: readonly string[];
  readonly saving: boolean;
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}

/** Somebody else saved while this form was open: says what, and leaves the choice to the person. */
export function ConflictNotice({ theirFields, saving, onTakeTheirs, onKeepMine }: Props) {
  return (
    <Alert color="yellow" variant="light" role="alert" title="Somebody else saved in the meantime" mb="md">
      <Text size="sm" mb="sm">
        {theirFields.length > 0 ? `They changed: ${theirFields.join(', ')}. ` : ''}
        Load their version and lose your unsaved changes, or keep yours: then only the fields you changed are
        written over theirs.
      </Text>
      <Group gap="sm">
        <Button size="compact-md" variant="default" onClick={onTakeTheirs} disabled={saving}>
          Load theirs
        </Button>
        <Button size="compact-md" onClick={onKeepMine} loading={saving}>
          Keep mine and save
        </Button>
      </Group>
    </Alert>
  );
}

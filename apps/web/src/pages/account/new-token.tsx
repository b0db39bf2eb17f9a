import { Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';

/** Shows a token that was just made. Without a clipboard the field can be selected and copied by hand. */
export function NewToken({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm">Copy it now: it is not shown again, and nobody can look it up.</Text>
      <TextInput
        label="Token"
        value={token}
        readOnly
        spellCheck={false}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end">
        <CopyButton value={token} timeout={4_000}>
          {({ copied, copy }) => (
            <Button onClick={copy} data-autofocus>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

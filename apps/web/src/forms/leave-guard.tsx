import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

/** Asks before a page with unsaved changes is left. */
export function LeaveGuard({ unsaved }: { readonly unsaved: boolean }) {
  const leaving = useBlocker({
    // Whose session has ended cannot save here anyway.
    shouldBlockFn: ({ current, next }) =>
      unsaved && next.pathname !== '/sign-in' && next.pathname !== current.pathname,
    enableBeforeUnload: unsaved,
    withResolver: true,
  });
  return (
    <Modal
      opened={leaving.status === 'blocked'}
      onClose={() => leaving.reset?.()}
      title="Leave without saving?"
      centered
    >
      <Text size="sm">Your changes on this page are not saved yet.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => leaving.reset?.()} data-autofocus>
          Stay
        </Button>
        <Button color="red.9" onClick={() => leaving.proceed?.()}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}

import { Skeleton, Stack } from '@mantine/core';

/** The shape of a page while its code or its first answer is on the way. */
export function PageSkeleton() {
  return (
    <Stack gap="md" aria-busy="true" aria-label="Loading">
      <Skeleton height={32} width="min(280px, 60%)" />
      <Skeleton height={16} width="min(420px, 85%)" />
      <Skeleton height={140} radius="lg" mt="sm" />
      <Skeleton height={140} radius="lg" />
    </Stack>
  );
}

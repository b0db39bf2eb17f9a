import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyNotice } from '../parts/empty-notice.tsx';

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <EmptyNotice title="There is no such page" level={1}>
      <title>Not found · Slimy</title>
      The address may be mistyped.{' '}
      <Anchor component={Link} to="/guilds">
        To my guilds
      </Anchor>
    </EmptyNotice>
  );
}

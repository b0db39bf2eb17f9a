import { Group, Stack, Text, Title } from '@mantine/core';
import { Panel } from '../../parts/panel.tsx';
import { PersonAvatar } from '../../parts/person-avatar.tsx';
import { dayText } from '../../parts/dates.ts';
import { useSession } from '../../session/session.ts';
import { ApiTokensSection } from './api-tokens-section.tsx';
import { PreferencesSection } from './preferences-section.tsx';
import { SessionsSection } from './sessions-section.tsx';

/** The person who is signed in: preferences, sessions and tokens. */
export function AccountPage() {
  const user = useSession()?.user;
  return (
    <Stack gap={14}>
      <title>Account · Slimy</title>
      <Title order={1} mb="xs">
        Account
      </Title>
      {user && (
        <Panel aria-label="Profile">
          <Group wrap="nowrap">
            <PersonAvatar person={user} size={56} />
            <div>
              <Text fw={650}>{user.globalName ?? user.username}</Text>
              <Text size="sm" c="dimmed">
                @{user.username} on Discord, here since {dayText(user.createdAt)}
              </Text>
            </div>
          </Group>
        </Panel>
      )}
      <PreferencesSection />
      <SessionsSection />
      <ApiTokensSection />
    </Stack>
  );
}

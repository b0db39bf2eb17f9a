import { Menu, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Session } from '@slimy/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { PersonAvatar } from '../parts/person-avatar.tsx';
import { signOut } from '../session/session.ts';
import { ThemeButton } from './theme-button.tsx';
import classes from './shell.module.css';
import { Snail } from './wordmark.tsx';

/** The bar at the top: home, guilds, colours, account. */
export function Header({ session }: { readonly session: Session }) {
  return (
    <header className={classes.header}>
      <div className={classes.bar}>
        <Link to="/" className={classes.brand} aria-label="Slimy, to my guilds">
          <Snail />
          <span aria-hidden="true">slimy</span>
        </Link>
        {session?.user && (
          <nav aria-label="Main">
            <Link to="/guilds" className={classes.link} activeOptions={{ exact: true }}>
              Guilds
            </Link>
          </nav>
        )}
        <ThemeButton signedIn={Boolean(session?.user)} />
        {session?.user && <AccountMenu user={session.user} />}
      </div>
    </header>
  );
}

function AccountMenu({ user }: { readonly user: NonNullable<NonNullable<Session>['user']> }) {
  const navigate = useNavigate();
  const name = user.globalName ?? user.username;

  async function leave() {
    try {
      await signOut();
      await navigate({ to: '/sign-in' });
    } catch {
      notifications.show({
        color: 'red',
        title: 'You are still signed in',
        message: 'The server did not answer. Try again in a moment.',
      });
    }
  }

  return (
    <Menu position="bottom-end" width={220} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={`Account of ${name}`}>
          <PersonAvatar person={user} size={34} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Item component={Link} to="/account">
          Account and sessions
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useChosenTheme } from '../session/chosen-theme.ts';
import { useSession } from '../session/session.ts';
import { Banners } from './banners.tsx';
import { Header } from './header.tsx';
import classes from './shell.module.css';

/** The frame of every page: skip link, banners, header, content. */
export function Shell() {
  const router = useRouter();
  const main = useRef<HTMLElement>(null);
  const session = useSession();
  useChosenTheme(Boolean(session));

  // Whoever moves by keyboard goes on in the new page when what they pressed is gone.
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, hrefChanged }) => {
        if (fromLocation && hrefChanged && document.activeElement === document.body) main.current?.focus();
      }),
    [router],
  );

  return (
    <>
      <a
        className={classes.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <Banners />
      <Header session={session ?? null} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      {session?.demo && (
        <footer className={classes.footer}>
          A demo community: its people are made up, and everybody on this computer may change it.
        </footer>
      )}
    </>
  );
}

import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme/base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './app/router.tsx';
import { queryClient, signedOut } from './app/slimy.ts';
import { departure, forgetPerson } from './session/session.ts';
import { surfaces, theme } from './theme/theme.ts';

signedOut.addEventListener('signed-out', () => {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in' || departure.byOwnWish) return;
  const leave = () => router.navigate({ to: '/sign-in', search: { returnTo: href, ended: true } });
  void forgetPerson().then(leave, leave);
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={surfaces} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="top-right" autoClose={4_000} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

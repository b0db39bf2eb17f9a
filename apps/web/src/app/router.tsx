import { roles } from '@slimy/contract';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { PageError } from '../layout/page-error.tsx';
import { PageSkeleton } from '../layout/page-skeleton.tsx';
import { Shell } from '../layout/shell.tsx';
import { NotFoundPage } from '../pages/not-found.tsx';
import { safeReturnTo, sessionOptions } from '../session/session.ts';
import { SignedInArea } from '../session/signed-in-area.tsx';
import { pageCode } from './page-code.ts';
import { queryClient } from './slimy.ts';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const signInSearch = z.object({
  returnTo: z.string().optional().catch(undefined),
  ended: z.boolean().optional().catch(undefined),
  problem: z.string().max(64).optional().catch(undefined),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: signInSearch,
  beforeLoad: async ({ search }) => {
    const session = await queryClient.ensureQueryData(sessionOptions).catch(() => null);
    if (session) throw redirect({ href: safeReturnTo(search.returnTo) });
  },
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/sign-in/sign-in-page.tsx')),
    'SignInPage',
  ),
});

/** Everything behind the sign-in. */
const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionOptions);
    if (!session) throw redirect({ to: '/sign-in', search: { returnTo: location.href } });
  },
  component: SignedInArea,
});

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/guilds', replace: true });
  },
});

const guildsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/guilds',
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/guilds/guilds-page.tsx')),
    'GuildsPage',
  ),
});

const guildRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/guilds/$guildId',
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/guild/guild-layout.tsx')),
    'GuildLayout',
  ),
});

const overviewRoute = createRoute({
  getParentRoute: () => guildRoute,
  path: '/',
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/guild/overview-page.tsx')),
    'OverviewPage',
  ),
});

const chatRoute = createRoute({
  getParentRoute: () => guildRoute,
  path: '/chat',
  component: lazyRouteComponent(() => pageCode(() => import('../pages/chat/chat-page.tsx')), 'ChatPage'),
});

const membersSearch = z.object({
  search: z.coerce.string().optional().catch(undefined),
  role: z.enum(roles).optional().catch(undefined),
});

const membersRoute = createRoute({
  getParentRoute: () => guildRoute,
  path: '/members',
  validateSearch: membersSearch,
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/members/members-page.tsx')),
    'MembersPage',
  ),
});

const settingsRoute = createRoute({
  getParentRoute: () => guildRoute,
  path: '/settings',
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/settings/settings-page.tsx')),
    'SettingsPage',
  ),
});

const personalityRoute = createRoute({
  getParentRoute: () => guildRoute,
  path: '/personality',
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/personality/personality-page.tsx')),
    'PersonalityPage',
  ),
});

const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/account',
  component: lazyRouteComponent(
    () => pageCode(() => import('../pages/account/account-page.tsx')),
    'AccountPage',
  ),
});

/** The pages by their addresses; each page's code is loaded when it is first opened. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    indexRoute,
    signInRoute,
    signedInRoute.addChildren([
      guildsRoute,
      accountRoute,
      guildRoute.addChildren([overviewRoute, chatRoute, membersRoute, settingsRoute, personalityRoute]),
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  // What is there is shown at once: the skeleton has the shape of the page, so nothing jumps.
  defaultPendingMinMs: 0,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

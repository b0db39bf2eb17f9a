import type { AddressInfo } from 'node:net';
import { Activity } from './activity.js';
import type { Clock } from './clock.js';
import { FaultPlan } from './faults.js';
import { OauthGrants, type Grant } from './oauth-grants.js';
import { AuthorizePage } from './oauth-page.js';
import { RequestLog } from './request-log.js';
import { createRestServer } from './rest-server.js';
import { CommandStore, commandRoutes } from './routes-commands.js';
import { guildRoutes } from './routes-guilds.js';
import { oauthRoutes } from './routes-oauth.js';
import { userRoutes } from './routes-users.js';
import { RouteTable } from './routing.js';
import { SnowflakeSource } from './snowflakes.js';
import { FakeWorld } from './world.js';

/** What a fake Discord is started with; everything has a default. */
export interface FakeDiscordOptions {
  /** The clock that deadlines and lifetimes are measured on; the real one by default. */
  readonly clock?: Clock;
  readonly token?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Whether the application may see members (the privileged intent); true by default. */
  readonly membersIntent?: boolean;
}

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>;

/**
 * A Discord of one's own on a free port of the loopback interface: REST and OAuth as documented at
 * https://discord.com/developers/docs, refusing what Discord refuses.
 */
export async function startFakeDiscord(options: FakeDiscordOptions = {}) {
  const clock = options.clock ?? Date.now;
  const clientId = options.clientId ?? '900000000000000001';
  const clientSecret = options.clientSecret ?? 'fake-client-secret';
  const token = options.token ?? 'fake.bot.token';
  const membersIntent = options.membersIntent ?? true;

  const ids = new SnowflakeSource();
  const activity = new Activity();
  const log = new RequestLog();
  const faults = new FaultPlan();
  const world = new FakeWorld(clientId, 'slimy-bot');
  const grants = new OauthGrants(clock);
  const authorizePage = new AuthorizePage(world, grants, clientId);
  const commands = new CommandStore();
  const routes = new RouteTable([
    ...userRoutes(world),
    ...guildRoutes(world, () => membersIntent),
    ...commandRoutes(commands, clientId, ids, clock),
    ...oauthRoutes(grants, clientId, clientSecret),
  ]);

  const server = createRestServer({
    routes,
    faults,
    log,
    grants,
    authorizePage,
    botToken: token,
    clock,
    activity,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  const origin = `http://127.0.0.1:${port}`;

  return {
    /** What `DISCORD_API_BASE`, `DISCORD_AUTHORIZE_URL` and `DISCORD_CDN_BASE` are set to. */
    apiBase: `${origin}/api`,
    authorizeUrl: `${origin}/oauth2/authorize`,
    cdnBase: `${origin}/cdn`,
    token,
    clientId,
    clientSecret,
    world,
    faults,
    log,
    /** The commands registered now. */
    commands,
    oauth: {
      /** The addresses the application registered; the authorize page refuses any other. */
      redirectUris: authorizePage.redirectUris,
      /** Tokens of a person, without the page in between. */
      grant: (personId: string, scopes: readonly string[]): Grant => grants.grant(personId, scopes),
      /** Ends all tokens of a person. */
      revokePerson: (personId: string) => grants.revokePerson(personId),
      /**
       * Follows an authorize address as a person who agrees (or, with null, declines); gives the address
       * the browser is sent back to.
       */
      visit(address: string, personId: string | null): string {
        const query = new URL(address).searchParams;
        query.set('person', personId ?? 'nobody');
        const answer = authorizePage.visit(query);
        if (answer.kind === 'page') throw new Error(`the authorize page refuses: ${answer.html}`);
        return answer.location;
      },
    },
    /** Waits until something is true, looked at again after everything that happens in the fake. */
    until: activity.until.bind(activity),
    /** Throws when a route that does not exist or a malformed body was sent. */
    assertClean(): void {
      const mistakes = log.mistakes();
      if (mistakes.length > 0) throw new Error(`Discord was used wrongly:\n${mistakes.join('\n')}`);
    },
    /** Ends all connections. */
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the fake Discord has no port');
  return address.port;
}

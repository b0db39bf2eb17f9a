import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Activity } from './activity.js';
import type { Clock } from './clock.js';
import { FaultPlan } from './faults.js';
import { FakeGateway, GATEWAY_PATH, gatewayRoutes } from './gateway.js';
import type { GatewayState } from './gateway-state.js';
import { InteractionDesk } from './interaction-desk.js';
import { Mistakes } from './mistakes.js';
import { OauthGrants, type Grant } from './oauth-grants.js';
import { AuthorizePage } from './oauth-page.js';
import { RequestLog } from './request-log.js';
import { restListener } from './rest-server.js';
import { CommandStore, commandRoutes } from './routes-commands.js';
import { guildRoutes } from './routes-guilds.js';
import { interactionRoutes } from './routes-interactions.js';
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
  /** How often clients are told to send a heartbeat; Discord's own 41,250 ms by default. */
  readonly heartbeatIntervalMs?: number;
  /** How many shards clients must use; 1 by default. */
  readonly shards?: number;
}

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>;

/**
 * A Discord of one's own on a free port of the loopback interface: gateway, REST, interactions and OAuth as
 * documented at https://discord.com/developers/docs, refusing what Discord refuses.
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

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${portOf(server.address())}`;
  const gatewayState: GatewayState = {
    world,
    clock,
    activity,
    token,
    membersIntent,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    shards: options.shards ?? 1,
    sessions: new Map(),
    identifies: [],
    refusals: [],
    resumes: 0,
    heartbeats: 0,
    heartbeatsMuted: false,
    url: `ws://${host}${GATEWAY_PATH}`,
  };
  const gateway = new FakeGateway(server, gatewayState);
  const desk = new InteractionDesk({ world, commands, gateway, clock, activity, ids });
  const routes = new RouteTable([
    ...userRoutes(world),
    ...guildRoutes(world, () => membersIntent),
    ...commandRoutes(commands, clientId, ids, clock),
    ...interactionRoutes(desk, world, ids, clock),
    ...gatewayRoutes(gatewayState),
    ...oauthRoutes(grants, clientId, clientSecret),
  ]);
  const listener = restListener({
    routes,
    faults,
    log,
    grants,
    authorizePage,
    botToken: token,
    clock,
    activity,
  });
  server.on('request', listener);
  const mistakes = new Mistakes(log, gateway);

  return {
    /** What `DISCORD_API_BASE`, `DISCORD_AUTHORIZE_URL` and `DISCORD_CDN_BASE` are set to. */
    apiBase: `http://${host}/api`,
    authorizeUrl: `http://${host}/oauth2/authorize`,
    cdnBase: `http://${host}/cdn`,
    token,
    clientId,
    clientSecret,
    world,
    faults,
    log,
    gateway,
    /** What people do in Discord's window: type commands, press buttons, fill in dialogs. */
    interactions: desk,
    /** The commands registered now. */
    commands,
    oauth: {
      /** The addresses the application registered; the authorize page refuses any other. */
      redirectUris: authorizePage.redirectUris,
      /** Tokens of a person, without the page in between. */
      grant: (personId: string, scopes: readonly string[]): Grant => grants.grant(personId, scopes),
      /** The tokens of a person that have not been ended. */
      grantsOf: (personId: string): readonly Grant[] => grants.of(personId),
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
    /**
     * Says beforehand that a mistake with these words is made on purpose: a refused form, a wrong token at
     * the gateway. `stop()` forgives it, and objects when it did not come.
     */
    expectMistake: mistakes.expect.bind(mistakes),
    /**
     * Ends all connections. Then throws when Discord was used wrongly since the start (a route that does not
     * exist, a malformed body, a broken gateway protocol), unless the suite said so with `expectMistake`:
     * every suite that starts a fake finds out, without asking.
     */
    async stop(): Promise<void> {
      gateway.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      mistakes.assertExpected();
    },
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the fake Discord has no port');
  return address.port;
}

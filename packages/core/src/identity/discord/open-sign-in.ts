import type { Cache } from '@slimy/cache';
import type { Secrets, Settings } from '@slimy/config';
import type { Repositories } from '@slimy/db';
import type { Clock } from '../../clock.js';
import { DiscordOAuth } from '../../discord/oauth.js';
import { OwnDiscordGuilds } from '../../discord/own-guilds.js';
import type { DiscordTransport } from '../../discord/transport.js';
import type { Logger } from '../../logger.js';
import type { WritePath } from '../../write/write-path.js';
import type { SessionLife } from '../sessions.js';
import { DiscordLogin } from './discord-login.js';
import type { LoginNotices } from './login-notices.js';
import { TokenKeeper } from './token-keeper.js';
import { TokenVault } from './token-vault.js';

/** The path Discord sends browsers back to; with PUBLIC_URL before it, it is the address to register there. */
export const DISCORD_CALLBACK_PATH = '/auth/discord/callback';

/** What an installation with an application at Discord has. */
export interface DiscordSignIn {
  readonly ownGuilds: OwnDiscordGuilds;
  readonly keeper: TokenKeeper;
  readonly login: DiscordLogin;
}

interface Installation {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly transport: DiscordTransport;
}

interface SignInParts {
  readonly cache: Cache;
  readonly repositories: Repositories;
  readonly writes: WritePath;
  readonly sessions: SessionLife;
  readonly notices: LoginNotices;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Signing in with Discord, put together; null where no application is configured. */
export function openDiscordSignIn(
  { settings, secrets, transport }: Installation,
  parts: SignInParts,
): DiscordSignIn | null {
  const { DISCORD_CLIENT_ID: clientId, DISCORD_CLIENT_SECRET: clientSecret } = settings;
  if (clientId === undefined || clientSecret === undefined) return null;
  const oauth = new DiscordOAuth({
    transport,
    authorizeUrl: settings.DISCORD_AUTHORIZE_URL,
    clientId,
    clientSecret,
    redirectUri: new URL(DISCORD_CALLBACK_PATH, settings.PUBLIC_URL).href,
    emailScope: settings.DISCORD_EMAIL_SCOPE,
    now: () => parts.clock.now(),
  });
  const vault = new TokenVault(secrets.encryptionKeys);
  const keeper = new TokenKeeper({ ...parts, oauth, vault });
  const login = new DiscordLogin({ ...parts, oauth, keeper, signingSecret: secrets.signingSecret });
  const accessToken = (userId: string) => keeper.accessToken(userId);
  const ownGuilds = new OwnDiscordGuilds({ cache: parts.cache, oauth, accessToken });
  return { ownGuilds, keeper, login };
}

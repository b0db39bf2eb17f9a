import { z } from 'zod';
import { AppError } from '../errors.js';
import { discordUnavailable, type DiscordTransport } from './transport.js';

const tokenObject = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});
const personObject = z.object({
  id: z.string().regex(/^\d{17,20}$/),
  username: z.string(),
  global_name: z.string().nullish(),
  avatar: z.string().nullish(),
  email: z.string().nullish(),
  verified: z.boolean().nullish(),
});
const guildList = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    icon: z.string().nullish(),
    owner: z.boolean().nullish(),
    permissions: z.string(),
  }),
);

/** A person's own tokens at Discord. */
export interface DiscordTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: Date;
}

/** A person as Discord describes them to themselves; the address only where the scope was given and it is verified. */
export interface DiscordPerson {
  readonly discordId: string;
  readonly username: string;
  readonly globalName: string | null;
  readonly avatar: string | null;
  readonly email: string | null;
}

/** A guild in a person's own list. */
export interface DiscordOwnGuild {
  readonly id: string;
  readonly name: string;
  readonly icon: string | null;
  readonly isOwner: boolean;
  /** Decimal string. */
  readonly permissions: string;
}

interface DiscordOAuthOptions {
  readonly transport: DiscordTransport;
  readonly authorizeUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Exactly the address registered with Discord. */
  readonly redirectUri: string;
  readonly emailScope: boolean;
  readonly now: () => Date;
}

/** Discord took a code or token for wrong, old or used. */
const grantRefused = () =>
  new AppError('bad_credentials', 'Discord does not accept this sign-in any more.', {
    remedy: 'Sign in again.',
  });

/** Discord's sign-in (authorization code with PKCE) and what a person's own token may ask. */
export class DiscordOAuth {
  readonly #options: DiscordOAuthOptions;
  readonly #client: string;

  constructor(options: DiscordOAuthOptions) {
    this.#options = options;
    const pair = `${options.clientId}:${options.clientSecret}`;
    this.#client = `Basic ${Buffer.from(pair).toString('base64')}`;
  }

  /** The address of Discord's page that asks the person. `challenge` is SHA-256 of the verifier, base64url. */
  authorizeAddress(state: string, challenge: string): string {
    const { authorizeUrl, clientId, redirectUri, emailScope } = this.#options;
    const address = new URL(authorizeUrl);
    const query = {
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: emailScope ? 'identify guilds email' : 'identify guilds',
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      prompt: 'consent',
    };
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    return address.href;
  }

  /** The address of Discord's page that invites the application's bot into a server. */
  inviteAddress(): string {
    const { authorizeUrl, clientId } = this.#options;
    const address = new URL(authorizeUrl);
    address.searchParams.set('client_id', clientId);
    address.searchParams.set('scope', 'bot applications.commands');
    return address.href;
  }

  /** @throws AppError `bad_credentials` for a code that is wrong or was used, `discord_unavailable` */
  exchange(code: string, verifier: string): Promise<DiscordTokens> {
    const { redirectUri } = this.#options;
    return this.#tokens({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  }

  /** @throws AppError `bad_credentials` when the person withdrew it, `discord_unavailable` */
  refresh(refreshToken: string): Promise<DiscordTokens> {
    return this.#tokens({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** Ends a person's tokens at Discord. @throws AppError `discord_unavailable` */
  async revoke(refreshToken: string): Promise<void> {
    const form = { token: refreshToken, token_type_hint: 'refresh_token' };
    const { status } = await this.#options.transport.ask({
      path: '/oauth2/token/revoke',
      authorization: this.#client,
      form,
    });
    if (status >= 400) throw discordUnavailable();
  }

  /** @throws AppError `bad_credentials`, `discord_unavailable` */
  async person(accessToken: string): Promise<DiscordPerson> {
    const told = await this.#own('/users/@me', accessToken, personObject);
    return {
      discordId: told.id,
      username: told.username,
      globalName: told.global_name ?? null,
      avatar: told.avatar ?? null,
      email: told.verified === true ? (told.email ?? null) : null,
    };
  }

  /** All guilds of the person; Discord lets nobody be in more than 200. @throws AppError as `person` */
  async guilds(accessToken: string): Promise<DiscordOwnGuild[]> {
    const told = await this.#own('/users/@me/guilds?limit=200', accessToken, guildList);
    return told.map(({ id, name, icon, owner, permissions }) => ({
      id,
      name,
      icon: icon ?? null,
      isOwner: owner === true,
      permissions,
    }));
  }

  async #tokens(form: Readonly<Record<string, string>>): Promise<DiscordTokens> {
    const { transport, now } = this.#options;
    const asked = now();
    const { status, body } = await transport.ask({
      path: '/oauth2/token',
      authorization: this.#client,
      form,
    });
    if (status === 401) {
      throw new AppError('not_configured', 'Discord refuses the client secret of this installation.', {
        remedy: 'The operator should set DISCORD_CLIENT_SECRET to the current one.',
      });
    }
    if (status === 400) throw grantRefused();
    const parsed = tokenObject.safeParse(body);
    if (status >= 300 || !parsed.success) throw discordUnavailable(parsed.error);
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = parsed.data;
    return { accessToken, refreshToken, expiresAt: new Date(asked.getTime() + seconds * 1000) };
  }

  async #own<Answer>(path: string, accessToken: string, schema: z.ZodType<Answer>): Promise<Answer> {
    const { transport } = this.#options;
    const { status, body } = await transport.ask({ path, authorization: `Bearer ${accessToken}` });
    if (status === 401 || status === 403) throw grantRefused();
    const parsed = schema.safeParse(body);
    if (status >= 300 || !parsed.success) throw discordUnavailable(parsed.error);
    return parsed.data;
  }
}

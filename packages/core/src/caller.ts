import type { ApiTokenAccess } from '@slimy/contract';

/** Nobody is signed in. `sessionEnded` says that the request carried a session which is over. */
export interface AnonymousActor {
  readonly kind: 'anonymous';
  readonly sessionEnded?: boolean;
}

/** A person with a session cookie. `operator` says that their Discord id is in `OPERATOR_DISCORD_IDS`. */
export interface UserActor {
  readonly kind: 'user';
  readonly userId: string;
  readonly discordId: string;
  readonly sessionId: string;
  readonly sessionExpiresAt: Date;
  readonly operator: boolean;
}

/** A person who calls with a personal API token, within its scopes. Never an operator. */
export interface TokenActor {
  readonly kind: 'token';
  readonly userId: string;
  readonly discordId: string;
  readonly tokenId: string;
  readonly access: ApiTokenAccess;
  /** The guilds the token is for; null for all of the person's. */
  readonly guildIds: readonly string[] | null;
}

/** The person the bot calls for; `userId` is null while nothing is stored of that Discord id. */
export interface ActingPerson {
  readonly userId: string | null;
  readonly discordId: string;
}

/** The bot's service token. Alone it may do next to nothing; `actingAs` is the person it calls for. */
export interface BotActor {
  readonly kind: 'bot';
  readonly actingAs: ActingPerson | null;
}

/** The program itself, in a job or at start. */
export interface SystemActor {
  readonly kind: 'system';
  readonly task: string;
}

/** Who is asking. */
export type Actor = AnonymousActor | UserActor | TokenActor | BotActor | SystemActor;

/** Facts of the request that the audit trail keeps. */
export interface RequestFacts {
  readonly requestId: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** Who asks, and with which request: the first argument of every service. */
export interface Caller {
  readonly actor: Actor;
  readonly request: RequestFacts;
}

/** A person who has a row here. */
export interface KnownPerson {
  readonly userId: string;
  readonly discordId: string;
}

/** The person behind a call, whether by session, token or through the bot; null where there is none we know. */
export function personOf(actor: Actor): KnownPerson | null {
  switch (actor.kind) {
    case 'user':
    case 'token':
      return { userId: actor.userId, discordId: actor.discordId };
    case 'bot': {
      const { userId = null, discordId = '' } = actor.actingAs ?? {};
      return userId === null ? null : { userId, discordId };
    }
    case 'anonymous':
    case 'system':
      return null;
  }
}

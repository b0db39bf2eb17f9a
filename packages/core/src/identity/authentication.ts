import type { Repositories, SessionRow } from '@slimy/db';
import type {
  Actor,
  AnonymousActor,
  BotActor,
  Caller,
  RequestFacts,
  TokenActor,
  UserActor,
} from '../caller.js';
import { MINUTE, type Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { question, unasked, type Queries } from '../queries/cached-query.js';
import type { Standing } from '../permissions/standing.js';
import { guildById, type StoredGuild } from '../queries/guilds.js';
import { sessionById, sessionByTokenHash, standingOfUser, userIdByDiscordId } from '../queries/people.js';
import type { DatabaseWatch } from '../system/database-watch.js';
import { inServiceWords } from '../write/failures.js';
import { isApiToken } from './api-token.js';
import { RecentIds } from './recent-ids.js';
import type { ReadingBegun, RequestReads, RequestSnapshot } from './request-reads.js';
import { isOneOf, isSessionToken, tokenHash } from './session-token.js';
import { endOf, isLive, type SessionLife, type StartedSession } from './sessions.js';
import { TokenAuthentication } from './token-authentication.js';

/** Use of a session is noted at most this often, in milliseconds. */
const SEEN_EVERY = 5 * MINUTE;
const signedOut: AnonymousActor = { kind: 'anonymous', sessionEnded: true };

/** What the one who authenticates may know of the request already. */
export interface RequestHint {
  /** The guild the call is about: read in the same round trip. Nothing depends on its being right. */
  readonly guildId?: string | undefined;
}

type SessionAnswers = readonly [
  session: SessionRow | null,
  standing: Standing | null,
  guild: StoredGuild | null,
];

/** What is known of a session that is live, until its person's standing is known too. */
interface SessionAsked {
  readonly hash: string;
  readonly session: SessionRow;
  readonly begun: ReadingBegun;
  readonly guild: RequestSnapshot['guild'];
}

interface AuthenticationParts {
  readonly queries: Queries;
  readonly repositories: Repositories;
  readonly reads: RequestReads;
  readonly sessions: SessionLife;
  readonly clock: Clock;
  readonly watch: DatabaseWatch;
  readonly botTokens: readonly string[];
  readonly operatorDiscordIds: readonly string[];
  /** Told of work that goes on in the background; waited for when the program stops. */
  readonly background: (work: Promise<void>) => void;
}

/** Finds out who is asking. */
export class Authentication {
  readonly #parts: AuthenticationParts;
  readonly #tokens: TokenAuthentication;
  /** Whose session a token's hash was the last time: lets a warm call read everything at once. */
  readonly #userByHash = new RecentIds<string>();
  readonly #userByDiscordId = new RecentIds<string>();
  readonly #seen = new RecentIds<number>();

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
    this.#tokens = new TokenAuthentication({ ...parts, apiTokens: parts.repositories.apiTokens });
  }

  /** The person behind a session cookie; somebody anonymous when the session is over or was never one. */
  session(
    token: string,
    { guildId }: RequestHint = {},
  ): UserActor | AnonymousActor | Promise<UserActor | AnonymousActor> {
    if (!isSessionToken(token)) return signedOut;
    const { queries, reads } = this.#parts;
    const hash = tokenHash(token);
    const hinted = this.#userByHash.get(hash);
    const begun = reads.begin();
    const answers = queries.together(
      question(sessionByTokenHash, hash),
      hinted === undefined ? unasked : question(standingOfUser, hinted),
      guildId === undefined ? unasked : question(guildById, guildId),
    );
    const decide = ([session, standing, guild]: SessionAnswers) => {
      if (session === null || !isLive(session, this.#parts.clock.now())) return signedOut;
      const asked = {
        hash,
        session,
        begun,
        guild: guildId === undefined ? null : { id: guildId, stored: guild },
      };
      if (standing?.userId === session.userId) return this.#signedIn(asked, standing);
      return queries.read(standingOfUser, session.userId).then((read) => this.#signedIn(asked, read));
    };
    return answers instanceof Promise ? inServiceWords(async () => decide(await answers)) : decide(answers);
  }

  #signedIn(
    { hash, session, begun, guild }: SessionAsked,
    standing: Standing | null,
  ): UserActor | AnonymousActor | Promise<UserActor> {
    if (standing === null) return signedOut;
    const { reads, operatorDiscordIds, watch } = this.#parts;
    if (this.#userByHash.get(hash) !== standing.userId) this.#userByHash.set(hash, standing.userId);
    const actor: UserActor = {
      kind: 'user',
      userId: standing.userId,
      discordId: standing.discordId,
      sessionId: session.id,
      sessionExpiresAt: endOf(session),
      operator: operatorDiscordIds.includes(standing.discordId),
    };
    reads.keep(actor, begun, { standing, guild });
    this.#noteUse(session.id, session.lastSeenAt, session.expiresAt);
    const unverified = watch.unverified();
    return unverified === null ? actor : unverified.then(() => actor);
  }

  /**
   * Whoever sends a bearer token: a person by a personal API token, else the bot, for the person with the Discord
   * id `actingAs` or by itself.
   * @throws AppError `bad_credentials`
   */
  async bearer(
    token: string,
    actingAs: string | null,
    hint: RequestHint = {},
  ): Promise<BotActor | TokenActor> {
    if (!isApiToken(token)) return this.bot(token, actingAs, hint);
    if (actingAs === null) return this.#tokens.actor(token, hint.guildId);
    throw new AppError('bad_credentials', 'A personal token calls for its own person alone.', {
      remedy: 'Leave the person to act for out of the call.',
    });
  }

  /**
   * The bot, by one of its tokens, acting for the person with that Discord id or by itself.
   * @throws AppError `bad_credentials`
   */
  async bot(token: string, actingAs: string | null, { guildId }: RequestHint = {}): Promise<BotActor> {
    const { queries, reads, botTokens } = this.#parts;
    if (!isOneOf(token, botTokens)) {
      throw new AppError('bad_credentials', 'This token is not known here.', {
        remedy: 'Give the bot one of the tokens in BOT_API_TOKENS.',
      });
    }
    if (actingAs === null) return { kind: 'bot', actingAs: null };
    const begun = reads.begin();
    const hinted = this.#userByDiscordId.get(actingAs);
    const [userId, hintedStanding, guild] = await inServiceWords(async () =>
      queries.together(
        hinted === undefined ? question(userIdByDiscordId, actingAs) : unasked,
        hinted === undefined ? unasked : question(standingOfUser, hinted),
        guildId === undefined ? unasked : question(guildById, guildId),
      ),
    );
    const standing =
      hintedStanding?.discordId === actingAs
        ? hintedStanding
        : await inServiceWords(() => this.#standingByDiscordId(actingAs, userId));
    if (standing) this.#userByDiscordId.set(actingAs, standing.userId);
    const actor: BotActor = {
      kind: 'bot',
      actingAs: { userId: standing?.userId ?? null, discordId: actingAs },
    };
    reads.keep(actor, begun, {
      standing,
      guild: guildId === undefined ? null : { id: guildId, stored: guild },
    });
    await this.#parts.watch.unverified();
    return actor;
  }

  /** Signs a person in whose identity is proven. */
  startSession(userId: string, request: RequestFacts): Promise<StartedSession> {
    return this.#parts.sessions.start(userId, request, 'session.sign_in');
  }

  /** Signs the caller's own session out. */
  async signOut(caller: Caller): Promise<void> {
    const { actor } = caller;
    if (actor.kind !== 'user') return;
    const { repositories, sessions } = this.#parts;
    const hash = await inServiceWords(() => repositories.sessions.tokenHashOf(actor.userId, actor.sessionId));
    if (hash === null) return;
    const ended = [{ id: actor.sessionId, tokenHash: hash }];
    await sessions.revoke(caller, actor.userId, ended, 'session.sign_out');
  }

  /** Whether the session or token behind an actor still holds, for streams that outlive their request. */
  async stillSignedIn(actor: Actor): Promise<boolean> {
    const { queries, clock, watch } = this.#parts;
    await watch.unverified();
    if (actor.kind === 'token') return this.#tokens.stillHolds(actor);
    if (actor.kind !== 'user') return actor.kind === 'bot';
    const session = await inServiceWords(() => queries.read(sessionById, actor.sessionId));
    return session !== null && isLive(session, clock.now());
  }

  async #standingByDiscordId(discordId: string, known: string | null) {
    const { queries } = this.#parts;
    const userId = known ?? (await queries.read(userIdByDiscordId, discordId));
    return userId === null ? null : queries.read(standingOfUser, userId);
  }

  /** Notes that a session is in use, in the background and not more often than needed. */
  #noteUse(id: string, lastSeenAt: Date, expiresAt: Date): void {
    const { repositories, sessions, clock, background } = this.#parts;
    const now = clock.now();
    const noted = Math.max(lastSeenAt.getTime(), this.#seen.get(id) ?? 0);
    if (now.getTime() - noted < SEEN_EVERY) return;
    this.#seen.set(id, now.getTime());
    const seen = {
      now,
      idleExpiresAt: sessions.idleEnd(now, expiresAt),
      notedBefore: new Date(now.getTime() - SEEN_EVERY + 1),
    };
    background(repositories.sessions.touch(id, seen));
  }
}

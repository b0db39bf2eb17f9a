import { DatabaseError, profileDiffers, type Repositories, type UserRow } from '@slimy/db';
import type { Caller, RequestFacts } from '../../caller.js';
import type { Clock } from '../../clock.js';
import type { DiscordOAuth, DiscordOwnGuild, DiscordPerson, DiscordTokens } from '../../discord/oauth.js';
import { AppError } from '../../errors.js';
import type { Logger } from '../../logger.js';
import { inServiceWords } from '../../write/failures.js';
import { touches } from '../../write/touches.js';
import type { Change, WritePath } from '../../write/write-path.js';
import type { PreparedSession, SessionLife, StartedSession } from '../sessions.js';
import type { LoginNotices } from './login-notices.js';
import { challengeOf, newLoginState, openLoginState, sealLoginState, wantedPath } from './login-state.js';
import { applyOwnGuild } from './memberships.js';
import type { TokenKeeper } from './token-keeper.js';

interface DiscordLoginParts {
  readonly oauth: DiscordOAuth;
  readonly keeper: TokenKeeper;
  readonly notices: LoginNotices;
  readonly writes: WritePath;
  readonly repositories: Repositories;
  readonly sessions: SessionLife;
  readonly clock: Clock;
  readonly signingSecret: string;
  readonly logger: Logger;
}

/** What Discord sends the browser back with, and the cookie it comes with. */
export interface LoginReturn {
  readonly code: string | null;
  readonly state: string | null;
  /** Discord's word for why it gave no code. */
  readonly error: string | null;
  readonly cookie: string | null;
}

/** A sign-in that went through. */
export interface FinishedLogin {
  readonly session: StartedSession;
  /** A path on this site. */
  readonly returnTo: string;
}

interface Stored {
  readonly userId: string;
  readonly session: StartedSession;
}

interface Told {
  readonly person: DiscordPerson;
  readonly tokens: DiscordTokens;
  /** Null when Discord would not say. */
  readonly guilds: readonly DiscordOwnGuild[] | null;
}

/** Signing in with Discord. */
export class DiscordLogin {
  readonly #parts: DiscordLoginParts;

  constructor(parts: DiscordLoginParts) {
    this.#parts = parts;
  }

  /** Where the browser goes, and what it keeps meanwhile. */
  begin(returnTo: string | null): { readonly address: string; readonly cookie: string } {
    const { oauth, clock, signingSecret } = this.#parts;
    const state = newLoginState(returnTo, clock.now());
    return {
      address: oauth.authorizeAddress(state.state, challengeOf(state)),
      cookie: sealLoginState(state, signingSecret),
    };
  }

  /** Where the browser wanted to go that this cookie is of: a path on this site. */
  wantedPath(cookie: string | null): string | null {
    return wantedPath(cookie, this.#parts.signingSecret);
  }

  /**
   * Signs the person in whom Discord sends back: profile, tokens, memberships and session in one transaction.
   * @throws AppError `login_state_mismatch`, `login_denied`, `bad_credentials`, `discord_unavailable`,
   * `not_configured`, `database_unavailable`
   */
  async finish({ code, state, error, cookie }: LoginReturn, request: RequestFacts): Promise<FinishedLogin> {
    const { oauth, clock, notices, signingSecret } = this.#parts;
    const begun = openLoginState(cookie, { state: state ?? '', now: clock.now(), secret: signingSecret });
    if (begun === null) {
      throw new AppError(
        'login_state_mismatch',
        'This sign-in was not begun in this browser, or too long ago.',
        {
          remedy: 'Sign in again.',
        },
      );
    }
    if (code === null || error !== null) {
      throw new AppError('login_denied', 'Discord did not sign you in.', {
        remedy: 'Sign in again and agree on Discord’s page.',
      });
    }
    const tokens = await oauth.exchange(code, begun.verifier);
    const [person, guilds] = await Promise.all([
      oauth.person(tokens.accessToken),
      oauth.guilds(tokens.accessToken).catch((failure: unknown) => {
        if (failure instanceof AppError && failure.reason === 'discord_unavailable') return null;
        throw failure;
      }),
    ]);
    const { session, userId } = await this.#storeInSpiteOfOthers({ person, tokens, guilds }, request);
    await notices.note(userId, guilds === null);
    return { session, returnTo: begun.returnTo };
  }

  /** Ends a person's tokens at Discord once they are signed in nowhere any more; what fails is tried at the next end. */
  async signedOut(userId: string): Promise<void> {
    const { repositories, keeper, logger } = this.#parts;
    try {
      const still = await repositories.sessions.live(userId, this.#parts.clock.now(), { limit: 1 });
      if (still.items.length === 0) await keeper.revoke(userId);
    } catch (error) {
      logger.warn({ err: error }, 'Discord was not told that somebody signed out; their tokens are kept');
    }
  }

  async #store(told: Told, request: RequestFacts): Promise<Stored> {
    const { writes, repositories, sessions } = this.#parts;
    const { discordId } = told.person;
    const known = await inServiceWords(() => repositories.users.byDiscordId(discordId));
    const memberships = known ? await inServiceWords(() => repositories.memberships.of(known.id)) : [];
    const named = [...memberships.map(({ guildId }) => guildId), ...(told.guilds ?? []).map(({ id }) => id)];
    const connected = await inServiceWords(() => repositories.guilds.byIds(named));
    const session = sessions.prepare(request);
    const foreseen = [
      session.touched,
      touches.newPerson(discordId),
      ...(known ? [touches.profile(known.id), touches.ownGuilds(known.id)] : []),
      ...connected.map(({ id }) => (known ? touches.membership(id, known.id) : touches.guildMembers(id))),
    ];
    const caller: Caller = { actor: { kind: 'anonymous' }, request };
    const guildIds = connected.map(({ id }) => id).toSorted();
    const userId = await writes.change(caller, foreseen, (change) =>
      this.#apply(change, told, guildIds, session),
    );
    return { userId, session: session.started };
  }

  /** The same once more when somebody stored the same new person meanwhile: another tab, or the bot. */
  async #storeInSpiteOfOthers(told: Told, request: RequestFacts): Promise<Stored> {
    try {
      return await this.#store(told, request);
    } catch (error) {
      if (!(error instanceof DatabaseError && error.kind === 'unique_violation')) throw error;
      return this.#store(told, request);
    }
  }

  async #apply(
    change: Change,
    { person, tokens, guilds }: Told,
    guildIds: readonly string[],
    session: PreparedSession,
  ): Promise<string> {
    // Guilds first and in one order, as every other change takes them.
    const locked = [];
    for (const id of guildIds) {
      const row = await change.repositories.guild(id).locked();
      if (row) locked.push(row);
    }
    const { user, isNew } = await personRow(change, person, guildIds);
    const { users } = change.repositories;
    if (!isNew) change.touch(touches.ownGuilds(user.id));
    await users.saveDiscordTokens(user.id, this.#parts.keeper.sealed(user.id, tokens));
    if (person.email !== user.email && (person.email !== null || user.email !== null)) {
      await users.setEmail(user.id, person.email, change.now);
      change.touch(touches.profile(user.id));
    }
    if (guilds) {
      const own = new Map(guilds.map((guild) => [guild.id, guild]));
      for (const guild of locked) await applyOwnGuild(change, guild, { ...user, isNew }, own.get(guild.id));
    }
    await session.store(change, user.id, 'session.sign_in');
    return user.id;
  }
}

/** The row of the person who signs in, as Discord describes them now. */
async function personRow(
  change: Change,
  { discordId, username, globalName, avatar }: DiscordPerson,
  guildIds: readonly string[],
): Promise<{ readonly user: UserRow; readonly isNew: boolean }> {
  const { users } = change.repositories;
  const profile = { discordId, username, globalName, avatar };
  const stored = await users.byDiscordId(discordId);
  if (stored) {
    if (profileDiffers(stored, profile)) {
      await users.updateProfiles([{ ...stored, ...profile, updatedAt: change.now }]);
      change.touch(touches.profile(stored.id), ...guildIds.map((id) => touches.membership(id, stored.id)));
    }
    return { user: stored, isNew: false };
  }
  const [inserted] = await users.insert([profile], change.now);
  if (!inserted) throw new TypeError('The person who signs in was not stored.');
  change.touch(touches.newPerson(discordId));
  return { user: inserted, isNew: true };
}

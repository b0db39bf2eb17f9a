import type { Repositories, SealedDiscordTokens, SealedTokenRow } from '@slimy/db';
import type { Clock } from '../../clock.js';
import type { DiscordOAuth, DiscordTokens } from '../../discord/oauth.js';
import { AppError } from '../../errors.js';
import { inServiceWords } from '../../write/failures.js';
import type { TokenVault } from './token-vault.js';

/** A token that ends within this is refreshed first, in milliseconds. */
const REFRESH_AHEAD = 60_000;

const signInAgain = () =>
  new AppError('discord_sign_in_needed', 'Discord no longer lets Slimy ask for you.', {
    remedy: 'Sign in with Discord once more; you stay signed in meanwhile.',
  });

interface TokenKeeperParts {
  readonly repositories: Repositories;
  readonly oauth: DiscordOAuth;
  readonly vault: TokenVault;
  readonly clock: Clock;
}

/** A person's tokens as they can be used, and the sealed ones they were opened from. */
interface OpenedTokens extends DiscordTokens {
  readonly sealed: SealedDiscordTokens;
}

/** Keeps people's Discord tokens: sealed at rest, refreshed when they are about to end, revoked when they leave. */
export class TokenKeeper {
  readonly #parts: TokenKeeperParts;
  readonly #refreshing = new Map<string, Promise<string>>();

  constructor(parts: TokenKeeperParts) {
    this.#parts = parts;
  }

  /** The tokens as they are stored for a person. */
  sealed(userId: string, tokens: DiscordTokens): SealedDiscordTokens {
    const { vault } = this.#parts;
    return {
      accessToken: vault.seal(tokens.accessToken, accessTokenOf(userId)),
      refreshToken: vault.seal(tokens.refreshToken, refreshTokenOf(userId)),
      expiresAt: tokens.expiresAt,
    };
  }

  /**
   * A person's access token, good for at least a minute.
   * @throws AppError `discord_sign_in_needed` when only signing in anew gives another one, `discord_unavailable`
   */
  async accessToken(userId: string): Promise<string> {
    const tokens = await this.#stored(userId);
    if (tokens === null) throw signInAgain();
    if (!this.#isEnding(tokens)) return tokens.accessToken;
    const known = this.#refreshing.get(userId);
    if (known) return known;
    const refreshing = this.#refreshed(userId, tokens).finally(() => this.#refreshing.delete(userId));
    this.#refreshing.set(userId, refreshing);
    return refreshing;
  }

  /** Ends a person's tokens at Discord and forgets them. @throws AppError `discord_unavailable`; then nothing is forgotten */
  async revoke(userId: string): Promise<void> {
    const { oauth, repositories } = this.#parts;
    const tokens = await this.#stored(userId);
    if (tokens) await oauth.revoke(tokens.refreshToken);
    await inServiceWords(() => repositories.users.saveDiscordTokens(userId, null));
  }

  /**
   * Ends tokens at Discord that were forgotten here; does nothing for those that none of the keys opens.
   * @throws AppError `discord_unavailable`
   */
  async revokeForgotten({ userId, refreshToken }: SealedTokenRow): Promise<void> {
    const { oauth, vault } = this.#parts;
    const token = vault.open(refreshToken, refreshTokenOf(userId));
    if (token !== null) await oauth.revoke(token);
  }

  async #refreshed(userId: string, old: OpenedTokens): Promise<string> {
    const { oauth, repositories } = this.#parts;
    try {
      const fresh = await oauth.refresh(old.refreshToken);
      await inServiceWords(() => repositories.users.saveDiscordTokens(userId, this.sealed(userId, fresh)));
      return fresh.accessToken;
    } catch (error) {
      if (!(error instanceof AppError) || error.reason !== 'bad_credentials') throw error;
      // Another process may have refreshed them a moment ago: each refresh token is good once.
      const now = await this.#stored(userId);
      if (now && now.refreshToken !== old.refreshToken && !this.#isEnding(now)) return now.accessToken;
      // They open nothing any more. What a sign-in or another process stores meanwhile is sealed anew, and stays.
      await inServiceWords(() => repositories.sealedTokens.forget({ userId, ...old.sealed }));
      throw signInAgain();
    }
  }

  #isEnding({ expiresAt }: DiscordTokens): boolean {
    return expiresAt.getTime() - this.#parts.clock.now().getTime() < REFRESH_AHEAD;
  }

  async #stored(userId: string): Promise<OpenedTokens | null> {
    const { repositories, vault } = this.#parts;
    const sealed = await inServiceWords(() => repositories.users.discordTokens(userId));
    if (sealed === null) return null;
    const accessToken = vault.open(sealed.accessToken, accessTokenOf(userId));
    const refreshToken = vault.open(sealed.refreshToken, refreshTokenOf(userId));
    if (accessToken === null || refreshToken === null) return null;
    return { accessToken, refreshToken, expiresAt: sealed.expiresAt, sealed };
  }
}

/** What a sealed access token is bound to. */
export const accessTokenOf = (userId: string) => `users.discord_access_token:${userId}`;
/** What a sealed refresh token is bound to. */
export const refreshTokenOf = (userId: string) => `users.discord_refresh_token:${userId}`;

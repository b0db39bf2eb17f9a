import type { Repositories, SealedDiscordTokens } from '@slimy/db';
import type { DiscordOAuth, DiscordTokens } from '../../discord/oauth.js';
import { inServiceWords } from '../../write/failures.js';
import type { TokenVault } from './token-vault.js';

interface TokenKeeperParts {
  readonly repositories: Repositories;
  readonly oauth: DiscordOAuth;
  readonly vault: TokenVault;
}

/** Keeps people's Discord tokens: sealed at rest, revoked when they leave. */
export class TokenKeeper {
  readonly #parts: TokenKeeperParts;

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

  /** Ends a person's tokens at Discord and forgets them. @throws AppError `discord_unavailable`; then nothing is forgotten */
  async revoke(userId: string): Promise<void> {
    const { oauth, repositories } = this.#parts;
    const tokens = await this.#stored(userId);
    if (tokens) await oauth.revoke(tokens.refreshToken);
    await inServiceWords(() => repositories.users.saveDiscordTokens(userId, null));
  }

  async #stored(userId: string): Promise<DiscordTokens | null> {
    const { repositories, vault } = this.#parts;
    const sealed = await inServiceWords(() => repositories.users.discordTokens(userId));
    if (sealed === null) return null;
    const accessToken = vault.open(sealed.accessToken, accessTokenOf(userId));
    const refreshToken = vault.open(sealed.refreshToken, refreshTokenOf(userId));
    if (accessToken === null || refreshToken === null) return null;
    return { accessToken, refreshToken, expiresAt: sealed.expiresAt };
  }
}

const accessTokenOf = (userId: string) => `users.discord_access_token:${userId}`;
const refreshTokenOf = (userId: string) => `users.discord_refresh_token:${userId}`;

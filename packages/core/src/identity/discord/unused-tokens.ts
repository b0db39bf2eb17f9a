import { repositories, type Database, type SealedTokenRow } from '@slimy/db';
import type { Logger } from '../../logger.js';

/** People in one statement. */
const BATCH = 250;

interface UnusedTokensParts {
  readonly database: Database;
  /** Ends forgotten tokens at Discord; null where this installation has no application there (any more). */
  readonly revoke: ((tokens: SealedTokenRow) => Promise<void>) | null;
  readonly logger: Logger;
}

/** The Discord tokens of people who just stayed away: no session or personal API token of theirs holds any more. */
export class UnusedTokens {
  readonly #parts: UnusedTokensParts;

  constructor(parts: UnusedTokensParts) {
    this.#parts = parts;
  }

  /**
   * Forgets those of everybody of whom nothing held after the instant, and ends them at Discord as signing out does.
   * Tokens that a sign-in stored meanwhile stay. They are forgotten first: ended first, they could be those of
   * somebody who is signing in. Once Discord has not answered it is not asked again in this run.
   */
  async forget(heldAfter: Date, signal: AbortSignal): Promise<void> {
    const { sealedTokens } = repositories(this.#parts.database);
    let { revoke } = this.#parts;
    for (let after: string | undefined = ''; after !== undefined;) {
      const rows: readonly SealedTokenRow[] = await sealedTokens.page(after, BATCH);
      const used = await sealedTokens.usersAmong(
        rows.map(({ userId }) => userId),
        heldAfter,
      );
      for (const row of rows.filter(({ userId }) => !used.has(userId))) {
        if (signal.aborted) return;
        if ((await sealedTokens.forget(row)) && revoke && !(await this.#isRevoked(row, revoke)))
          revoke = null;
      }
      after = rows.length === BATCH ? rows.at(-1)?.userId : undefined;
    }
  }

  async #isRevoked(
    tokens: SealedTokenRow,
    revoke: (tokens: SealedTokenRow) => Promise<void>,
  ): Promise<boolean> {
    try {
      await revoke(tokens);
      return true;
    } catch (error) {
      this.#parts.logger.warn(
        { err: error },
        'Discord was not told of tokens that nobody uses; they are forgotten here',
      );
      return false;
    }
  }
}

import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { column } from '../sql/values.js';

/** A person's Discord tokens as they are stored: `keyId.nonce.ciphertext`. */
export interface SealedTokenRow {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

const row = { id: column.text, access: column.text, refresh: column.text };

function tokensOf({ id, access, refresh }: Readonly<Record<keyof typeof row, string>>): SealedTokenRow {
  return { userId: id, accessToken: access, refreshToken: refresh };
}

/** People's sealed Discord tokens: what the rotation of their keys and the end of their life work on. */
export class SealedTokens {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  /** How many people's tokens there are under each key. */
  async countByKey(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#scope.sql.query(
      `SELECT SUBSTR(discord_access_token, 1, INSTR(discord_access_token, '.') - 1) AS key_id, COUNT(*) AS count
       FROM users WHERE discord_access_token IS NOT NULL GROUP BY key_id`,
      [],
      { key_id: column.text, count: column.int },
    );
    return new Map(rows.map(({ key_id: keyId, count }) => [keyId, count]));
  }

  /** Those under any other key, in the order of their people's ids, after one of them. */
  async notUnder(keyId: string, after: string, limit: number): Promise<SealedTokenRow[]> {
    const prefix = `${keyId}.`;
    const rows = await this.#scope.sql.query(
      `SELECT id, discord_access_token AS access, discord_refresh_token AS refresh FROM users
       WHERE id > ? AND discord_access_token IS NOT NULL AND discord_refresh_token IS NOT NULL
       AND (SUBSTR(discord_access_token, 1, ?) <> ? OR SUBSTR(discord_refresh_token, 1, ?) <> ?)
       ORDER BY id LIMIT ?`,
      [after, prefix.length, prefix, prefix.length, prefix, limit],
      row,
    );
    return rows.map(tokensOf);
  }

  /** Those of everybody, in the order of their people's ids, after one of them. */
  async page(after: string, limit: number): Promise<SealedTokenRow[]> {
    const rows = await this.#scope.sql.query(
      `SELECT id, discord_access_token AS access, discord_refresh_token AS refresh FROM users
       WHERE id > ? AND discord_access_token IS NOT NULL AND discord_refresh_token IS NOT NULL
       ORDER BY id LIMIT ?`,
      [after, limit],
      row,
    );
    return rows.map(tokensOf);
  }

  /** Who of some people has a session or a personal API token that held after the instant: what asks Discord for them. */
  async usersAmong(userIds: readonly string[], heldAfter: Date): Promise<ReadonlySet<string>> {
    const { session, apiToken } = tablesOf(this.#scope);
    const held = { userId: { in: [...userIds] }, revokedAt: null, expiresAt: { gt: heldAfter } };
    const select = { userId: true };
    const [sessions, apiTokens] = await Promise.all([
      session.findMany({ where: { ...held, idleExpiresAt: { gt: heldAfter } }, select }),
      apiToken.findMany({ where: held, select }),
    ]);
    return new Set([...sessions, ...apiTokens].map(({ userId }) => userId));
  }

  /** Forgets tokens; false when others stand in their place since they were read, which stay. */
  async forget({ userId, accessToken, refreshToken }: SealedTokenRow): Promise<boolean> {
    const changed = await this.#scope.sql.execute(
      `UPDATE users SET discord_access_token = NULL, discord_refresh_token = NULL, token_expires_at = NULL
       WHERE id = ? AND discord_access_token = ? AND discord_refresh_token = ?`,
      [userId, accessToken, refreshToken],
    );
    return changed === 1;
  }

  /** Puts the same tokens, sealed anew, in their place; false when they have been changed since they were read. */
  async replace(old: SealedTokenRow, fresh: Omit<SealedTokenRow, 'userId'>): Promise<boolean> {
    const changed = await this.#scope.sql.execute(
      `UPDATE users SET discord_access_token = ?, discord_refresh_token = ?
       WHERE id = ? AND discord_access_token = ? AND discord_refresh_token = ?`,
      [fresh.accessToken, fresh.refreshToken, old.userId, old.accessToken, old.refreshToken],
    );
    return changed === 1;
  }
}

import type { Database, Transaction } from '../database.js';
import { column } from '../sql/values.js';

/** A person's Discord tokens as they are stored: `keyId.nonce.ciphertext`. */
export interface SealedTokenRow {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

const row = { id: column.text, access: column.text, refresh: column.text };

/** People's sealed Discord tokens by the key they are sealed with: what the rotation of keys works on. */
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
    return rows.map(({ id, access, refresh }) => ({
      userId: id,
      accessToken: access,
      refreshToken: refresh,
    }));
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

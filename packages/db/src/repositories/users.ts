import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { randomId } from '../ids.js';
import { normaliseName } from '../normalise.js';
import { column } from '../sql/values.js';
import { chunked } from '../sql/chunks.js';
import { insertMany, upsertMany } from './bulk.js';

/** What Discord tells of a person. */
export interface DiscordProfile {
  readonly discordId: string;
  readonly username: string;
  readonly globalName: string | null;
  readonly avatar: string | null;
}

/** A person's tokens at Discord, each sealed with the id of its key. */
export interface SealedDiscordTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: Date;
}

/** A person's row without its secrets. */
export interface UserRow extends DiscordProfile {
  readonly id: string;
  readonly email: string | null;
  readonly lastActiveGuildId: string | null;
  readonly auditRef: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = [
  'id',
  'discord_id',
  'username',
  'username_key',
  'global_name',
  'global_name_key',
  'avatar',
  'audit_ref',
  'created_at',
  'updated_at',
];
const profileColumns = ['username', 'username_key', 'global_name', 'global_name_key', 'avatar', 'updated_at'];

function valuesOf(user: UserRow) {
  return [
    user.id,
    user.discordId,
    user.username,
    normaliseName(user.username),
    user.globalName,
    user.globalName === null ? null : normaliseName(user.globalName),
    user.avatar,
    user.auditRef,
    user.createdAt,
    user.updatedAt,
  ];
}

/** Whether Discord tells something else of the person than what is stored. */
export function profileDiffers(stored: DiscordProfile, told: DiscordProfile): boolean {
  return (
    stored.username !== told.username ||
    stored.globalName !== told.globalName ||
    stored.avatar !== told.avatar
  );
}

/** People. Rows come without Discord tokens. */
export class Users {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  async byId(id: string): Promise<UserRow | null> {
    return tablesOf(this.#scope).user.findUnique({ where: { id } });
  }

  /** The row, held until the transaction ends: changes of one person's things take turns. */
  async locked(id: string): Promise<UserRow | null> {
    if (this.#scope.engine === 'mysql') {
      await this.#scope.sql.one('SELECT id FROM users WHERE id = ? FOR UPDATE', [id], { id: column.text });
    }
    return this.byId(id);
  }

  async byDiscordId(discordId: string): Promise<UserRow | null> {
    return tablesOf(this.#scope).user.findUnique({ where: { discordId } });
  }

  async byDiscordIds(discordIds: readonly string[]): Promise<UserRow[]> {
    const found = chunked([...new Set(discordIds)]).map((some) =>
      tablesOf(this.#scope).user.findMany({ where: { discordId: { in: some } } }),
    );
    return (await Promise.all(found)).flat();
  }

  async byIds(ids: readonly string[]): Promise<UserRow[]> {
    const found = chunked([...new Set(ids)]).map((some) =>
      tablesOf(this.#scope).user.findMany({ where: { id: { in: some } } }),
    );
    return (await Promise.all(found)).flat();
  }

  /** People by the random names they have in the audit trail. */
  async byAuditRefs(auditRefs: readonly string[]): Promise<UserRow[]> {
    const found = chunked([...new Set(auditRefs)]).map((some) =>
      tablesOf(this.#scope).user.findMany({ where: { auditRef: { in: some } } }),
    );
    return (await Promise.all(found)).flat();
  }

  /** Stores people that are not known yet; gives their rows. */
  async insert(profiles: readonly DiscordProfile[], now: Date): Promise<UserRow[]> {
    const rows = profiles.map((profile) => ({
      ...profile,
      id: randomId(),
      email: null,
      lastActiveGuildId: null,
      auditRef: randomId(),
      createdAt: now,
      updatedAt: now,
    }));
    await insertMany(this.#scope.sql, 'users', columns, rows.map(valuesOf));
    return rows;
  }

  /** Writes what Discord tells of people who are known. */
  async updateProfiles(rows: readonly UserRow[]): Promise<void> {
    await upsertMany(this.#scope.sql, 'users', columns, ['id'], profileColumns, rows.map(valuesOf));
  }

  /** A person's sealed Discord tokens; null while there are none. */
  async discordTokens(id: string): Promise<SealedDiscordTokens | null> {
    const row = await tablesOf(this.#scope).user.findUnique({
      where: { id },
      select: { discordAccessToken: true, discordRefreshToken: true, tokenExpiresAt: true },
    });
    if (!row?.discordAccessToken || !row.discordRefreshToken || !row.tokenExpiresAt) return null;
    return {
      accessToken: row.discordAccessToken,
      refreshToken: row.discordRefreshToken,
      expiresAt: row.tokenExpiresAt,
    };
  }

  /** Keeps or forgets a person's Discord tokens. They must come sealed. */
  async saveDiscordTokens(id: string, tokens: SealedDiscordTokens | null): Promise<void> {
    await tablesOf(this.#scope).user.updateMany({
      where: { id },
      data: {
        discordAccessToken: tokens?.accessToken ?? null,
        discordRefreshToken: tokens?.refreshToken ?? null,
        tokenExpiresAt: tokens?.expiresAt ?? null,
      },
    });
  }

  /** Sets a person's address; whoever else had it here has it no more: Discord gives an address to one person. */
  async setEmail(id: string, email: string | null, now: Date): Promise<void> {
    const { user } = tablesOf(this.#scope);
    const emailKey = email === null ? null : normaliseName(email);
    if (emailKey !== null) {
      const data = { email: null, emailKey: null, updatedAt: now };
      await user.updateMany({ where: { emailKey, id: { not: id } }, data });
    }
    await user.updateMany({ where: { id }, data: { email, emailKey, updatedAt: now } });
  }

  /** False when there is no such person. @throws DatabaseError `foreign_key` for a guild that is not connected */
  async setLastActiveGuild(id: string, guildId: string | null, now: Date): Promise<boolean> {
    const { count } = await tablesOf(this.#scope).user.updateMany({
      where: { id },
      data: { lastActiveGuildId: guildId, updatedAt: now },
    });
    return count > 0;
  }
}

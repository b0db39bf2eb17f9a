import type { GuildSettings } from '@slimy/contract';
import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { searchPattern } from '../lists/search.js';
import { normaliseName } from '../normalise.js';
import { column, type SqlValue } from '../sql/values.js';
import { chunked } from '../sql/chunks.js';
import { settingsByGuild } from './guild-settings.js';
import { boundedCount, pageOf, type BoundedCount, type Page, type PageRequest } from './pages.js';

/** What Discord tells of a guild. */
export interface GuildFacts {
  readonly name: string;
  readonly icon: string | null;
  readonly ownerDiscordId: string | null;
}

/** A guild's row. */
export interface GuildRow extends GuildFacts {
  readonly id: string;
  /** The owner's row, when the owner is known here. */
  readonly ownerId: string | null;
  readonly botPresent: boolean;
  readonly botLeftAt: Date | null;
  /** Maintained: memberships that have not ended. */
  readonly memberCount: number;
  /** Maintained: messages of the guild. */
  readonly messageCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a list of guilds asks for. */
export interface GuildListRequest extends PageRequest {
  readonly search?: string | undefined;
}

const guildList = cursorFormat('guilds', 'instant', 'text');

const guildColumns = {
  id: column.text,
  name: column.text,
  icon: column.nullable(column.text),
  owner_id: column.nullable(column.text),
  owner_discord_id: column.nullable(column.text),
  bot_present: column.boolean,
  bot_left_at: column.nullable(column.instant),
  member_count: column.int,
  message_count: column.int,
  created_at: column.instant,
  updated_at: column.instant,
} as const;

const selected = Object.keys(guildColumns).join(', ');

/** The guilds of the installation, for operators and for looking up several at once. */
export class Guilds {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  /** Ids of the guilds whose owner's row this is. */
  async idsOwnedBy(userId: string): Promise<string[]> {
    const rows = await tablesOf(this.#scope).guild.findMany({
      where: { ownerId: userId },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  async byIds(ids: readonly string[]): Promise<GuildRow[]> {
    const found = chunked([...new Set(ids)]).map((some) =>
      tablesOf(this.#scope).guild.findMany({
        where: { id: { in: some } },
        omit: { nameKey: true, settings: true },
      }),
    );
    return (await Promise.all(found)).flat();
  }

  /** Ids of guilds that the bot left before an instant and is not in, the one left longest ago first. */
  async leftBefore(before: Date, limit: number): Promise<string[]> {
    const rows = await tablesOf(this.#scope).guild.findMany({
      where: { botPresent: false, botLeftAt: { lt: before } },
      orderBy: [{ botLeftAt: 'asc' }, { id: 'asc' }],
      select: { id: true },
      take: limit,
    });
    return rows.map(({ id }) => id);
  }

  /** The saved settings of these guilds; those that saved nothing are not in the map. */
  async settingsOf(ids: readonly string[]): Promise<Map<string, GuildSettings>> {
    return settingsByGuild(this.#scope, ids);
  }

  async insert(row: GuildRow): Promise<void> {
    await tablesOf(this.#scope).guild.create({ data: { ...row, nameKey: normaliseName(row.name) } });
  }

  /** Newest first. */
  async page({ search, limit, cursor, offset = 0 }: GuildListRequest): Promise<Page<GuildRow>> {
    const conditions = ['1 = 1'];
    const parameters: SqlValue[] = [];
    if (search !== undefined) {
      const pattern = searchPattern(search);
      if (pattern === null) return { items: [], nextCursor: null };
      conditions.push('name_key LIKE ?');
      parameters.push(pattern);
    }
    if (cursor !== undefined) {
      const [createdAt, id] = guildList.decode(cursor);
      const place = afterSql('desc', ['created_at', createdAt], ['id', id]);
      conditions.push(place.text);
      parameters.push(...place.parameters);
    }
    const rows = await this.#scope.sql.query(
      `SELECT ${selected} FROM guilds WHERE ${conditions.join(' AND ')}
       ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`,
      [...parameters, limit + 1, offset],
      guildColumns,
    );
    const guilds = rows.map((row) => ({
      id: row.id,
      name: row.name,
      icon: row.icon,
      ownerId: row.owner_id,
      ownerDiscordId: row.owner_discord_id,
      botPresent: row.bot_present,
      botLeftAt: row.bot_left_at,
      memberCount: row.member_count,
      messageCount: row.message_count,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }));
    return pageOf(guilds, limit, ({ createdAt, id }) => guildList.encode([createdAt, id]));
  }

  /** Guilds that the search finds, counted up to `most`. */
  async count(search: string | undefined, most: number): Promise<BoundedCount> {
    const pattern = search === undefined ? '%' : searchPattern(search);
    if (pattern === null) return boundedCount(0, most);
    const condition = search === undefined ? '1 = 1' : 'name_key LIKE ?';
    const row = await this.#scope.sql.one(
      `SELECT COUNT(*) AS total FROM (SELECT 1 FROM guilds WHERE ${condition} LIMIT ?) AS counted`,
      search === undefined ? [most + 1] : [pattern, most + 1],
      { total: column.int },
    );
    return boundedCount(row?.total ?? 0, most);
  }
}

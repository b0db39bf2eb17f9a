import type { GrantableRole, Role } from '@slimy/contract';
import type { Database, Transaction } from '../database.js';
import { timeOrderedId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { searchPattern } from '../lists/search.js';
import { column, jsonText, type RowOf, type SqlValue } from '../sql/values.js';
import { chunked, inList } from '../sql/chunks.js';
import { upsertMany } from './bulk.js';
import { boundedCount, pageOf, type BoundedCount, type Page, type PageRequest } from './pages.js';
import { grantedRolesIn, idsIn, rolesIn } from './roles.js';
import type { DiscordProfile } from './users.js';

/** How a membership came about. */
export type MembershipSource = 'login' | 'sync' | 'manual';

/** What a membership says, apart from who and where. */
export interface MembershipState {
  /** Union of the next two; see the role rules in core. */
  readonly roles: readonly Role[];
  readonly discordRoles: readonly Role[];
  readonly discordRoleIds: readonly string[];
  readonly grantedRoles: readonly GrantableRole[];
  readonly source: MembershipSource;
  readonly joinedAt: Date;
  /** When it ended; null while it lasts. */
  readonly leftAt: Date | null;
}

/** A membership with its person. */
export interface MemberRow extends MembershipState, DiscordProfile {
  readonly membershipId: string;
  readonly userId: string;
}

/** Discord ids above `after` and at most `upTo`, as numbers; null is no bound. */
export interface DiscordIdRange {
  readonly after: string | null;
  readonly upTo: string | null;
}

/** What a list of members asks for. */
export interface MemberFilter {
  /** Part of a user name or global name. */
  readonly search?: string | undefined;
  readonly role?: Role | undefined;
}

const memberList = cursorFormat('guild.members', 'instant', 'text');

const memberColumns = {
  membership_id: column.text,
  user_id: column.text,
  discord_id: column.text,
  username: column.text,
  global_name: column.nullable(column.text),
  avatar: column.nullable(column.text),
  roles: column.json,
  discord_roles: column.json,
  discord_role_ids: column.json,
  granted_roles: column.json,
  source: column.text,
  joined_at: column.instant,
  left_at: column.nullable(column.instant),
} as const;

const selectMembers = `SELECT m.id AS membership_id, m.user_id, u.discord_id, u.username, u.global_name, u.avatar,
  m.roles, m.discord_roles, m.discord_role_ids, m.granted_roles, m.source, m.joined_at, m.left_at
  FROM user_guilds m JOIN users u ON u.id = m.user_id`;

const membershipColumns = [
  'id',
  'user_id',
  'guild_id',
  'roles',
  'discord_roles',
  'discord_role_ids',
  'granted_roles',
  'source',
  'joined_at',
  'left_at',
  'created_at',
  'updated_at',
];
const changingColumns = [
  'roles',
  'discord_roles',
  'discord_role_ids',
  'granted_roles',
  'source',
  'joined_at',
  'left_at',
  'updated_at',
];

/** Compares Discord ids by their numbers: they are texts without leading zeros, so the longer is the larger. */
function discordIdSql(operator: '>' | '<=', id: string): { text: string; parameters: SqlValue[] } {
  const [strict] = operator;
  return {
    text: `(LENGTH(u.discord_id) ${strict} ? OR (LENGTH(u.discord_id) = ? AND u.discord_id ${operator} ?))`,
    parameters: [id.length, id.length, id],
  };
}

function sourceOf(stored: string): MembershipSource {
  return stored === 'login' || stored === 'sync' ? stored : 'manual';
}

function memberOf(row: RowOf<typeof memberColumns>): MemberRow {
  return {
    membershipId: row.membership_id,
    userId: row.user_id,
    discordId: row.discord_id,
    username: row.username,
    globalName: row.global_name,
    avatar: row.avatar,
    roles: rolesIn(row.roles),
    discordRoles: rolesIn(row.discord_roles),
    discordRoleIds: idsIn(row.discord_role_ids),
    grantedRoles: grantedRolesIn(row.granted_roles),
    source: sourceOf(row.source),
    joinedAt: row.joined_at,
    leftAt: row.left_at,
  };
}

/** The members of one guild; nothing of another guild can be reached through it. */
export class GuildMembers {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    this.#scope = scope;
    this.#guildId = guildId;
  }

  /** Null for a filter that nobody can meet. */
  #conditions({ search, role }: MemberFilter): { text: string; parameters: SqlValue[] } | null {
    const conditions = ['m.guild_id = ?', 'm.left_at IS NULL'];
    const parameters: SqlValue[] = [this.#guildId];
    if (search !== undefined) {
      const pattern = searchPattern(search);
      if (pattern === null) return null;
      conditions.push('(u.username_key LIKE ? OR u.global_name_key LIKE ?)');
      parameters.push(pattern, pattern);
    }
    if (role !== undefined) {
      conditions.push('m.roles LIKE ?');
      parameters.push(`%"${role}"%`);
    }
    return { text: conditions.join(' AND '), parameters };
  }

  /** Present members, longest here first. */
  async page(filter: MemberFilter, { limit, cursor, offset = 0 }: PageRequest): Promise<Page<MemberRow>> {
    const conditions = this.#conditions(filter);
    const place = cursor === undefined ? null : memberList.decode(cursor);
    if (conditions === null) return { items: [], nextCursor: null };
    const keyset = place && afterSql('asc', ['m.joined_at', place[0]], ['m.id', place[1]]);
    const rows = await this.#scope.sql.query(
      `${selectMembers} WHERE ${conditions.text} ${keyset ? `AND ${keyset.text}` : ''}
       ORDER BY m.joined_at, m.id LIMIT ? OFFSET ?`,
      [...conditions.parameters, ...(keyset?.parameters ?? []), limit + 1, offset],
      memberColumns,
    );
    return pageOf(rows.map(memberOf), limit, ({ joinedAt, membershipId }) =>
      memberList.encode([joinedAt, membershipId]),
    );
  }

  /** Present members that the filter finds, counted up to `most`; without a filter the maintained counter answers. */
  async count(filter: MemberFilter, most: number): Promise<BoundedCount> {
    const filtered = filter.search !== undefined || filter.role !== undefined;
    const conditions = this.#conditions(filter);
    if (conditions === null) return boundedCount(0, most);
    const row = await this.#scope.sql.one(
      filtered
        ? `SELECT COUNT(*) AS total FROM (SELECT 1 FROM user_guilds m JOIN users u ON u.id = m.user_id
           WHERE ${conditions.text} LIMIT ?) AS counted`
        : 'SELECT member_count AS total FROM guilds WHERE id = ?',
      filtered ? [...conditions.parameters, most + 1] : [this.#guildId],
      { total: column.int },
    );
    return boundedCount(row?.total ?? 0, most);
  }

  /** Memberships of these people, also those that ended. */
  async byUserIds(userIds: readonly string[]): Promise<MemberRow[]> {
    return this.#byColumn('m.user_id', userIds);
  }

  /** Memberships of these people by their Discord ids, also those that ended. */
  async byDiscordIds(discordIds: readonly string[]): Promise<MemberRow[]> {
    return this.#byColumn('u.discord_id', discordIds);
  }

  /** Everybody who is present, or those of them whose Discord ids lie in a range. */
  async present({ after, upTo }: DiscordIdRange = { after: null, upTo: null }): Promise<MemberRow[]> {
    const above = after === null ? null : discordIdSql('>', after);
    const within = upTo === null ? null : discordIdSql('<=', upTo);
    const rows = await this.#scope.sql.query(
      `${selectMembers} WHERE m.guild_id = ? AND m.left_at IS NULL
       ${above ? `AND ${above.text}` : ''} ${within ? `AND ${within.text}` : ''} ORDER BY m.joined_at, m.id`,
      [this.#guildId, ...(above?.parameters ?? []), ...(within?.parameters ?? [])],
      memberColumns,
    );
    return rows.map(memberOf);
  }

  /** Present members with one of these Discord roles. */
  async withDiscordRole(roleIds: readonly string[]): Promise<MemberRow[]> {
    const conditions = roleIds.map(() => 'm.discord_role_ids LIKE ?').join(' OR ');
    const rows = await this.#scope.sql.query(
      `${selectMembers} WHERE m.guild_id = ? AND m.left_at IS NULL AND (${conditions})`,
      [this.#guildId, ...roleIds.map((id) => `%"${id}"%`)],
      memberColumns,
    );
    return rows.map(memberOf);
  }

  async #byColumn(name: string, values: readonly string[]): Promise<MemberRow[]> {
    const found: MemberRow[] = [];
    for (const some of chunked([...new Set(values)])) {
      const { marks, parameters } = inList(some);
      const rows = await this.#scope.sql.query(
        `${selectMembers} WHERE m.guild_id = ? AND ${name} IN (${marks})`,
        [this.#guildId, ...parameters],
        memberColumns,
      );
      found.push(...rows.map(memberOf));
    }
    return found;
  }

  /** Writes memberships whole: new ones are inserted, of the others everything but `createdAt` is replaced. */
  async save(
    members: readonly (MembershipState & { readonly userId: string; readonly membershipId: string | null })[],
    now: Date,
  ): Promise<void> {
    const rows = members
      .toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
      .map((member) => [
        member.membershipId ?? timeOrderedId(now),
        member.userId,
        this.#guildId,
        jsonText(member.roles),
        jsonText(member.discordRoles),
        jsonText(member.discordRoleIds),
        jsonText(member.grantedRoles),
        member.source,
        member.joinedAt,
        member.leftAt,
        now,
        now,
      ]);
    const key = ['user_id', 'guild_id'];
    await upsertMany(this.#scope.sql, 'user_guilds', membershipColumns, key, changingColumns, rows);
  }

  /** Moves the guild's maintained count of members on. */
  async addToCount(difference: number): Promise<void> {
    if (difference === 0) return;
    await this.#scope.sql.execute('UPDATE guilds SET member_count = member_count + ? WHERE id = ?', [
      difference,
      this.#guildId,
    ]);
  }
}

import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { randomId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { chunked } from '../sql/chunks.js';
import { insertRows } from '../sql/insert.js';
import { upsertMany } from './bulk.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

/** A game account of the guild's club. */
export interface ClubMemberRow {
  readonly id: string;
  /** The normalised name that identifies the member. */
  readonly memberKey: string;
  readonly name: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** Null for those who are in the club. */
  readonly leftAt: Date | null;
  /** The member that this one turned out to be. */
  readonly mergedIntoId: string | null;
}

/** A member that was read for the first time. */
export type NewClubMember = Pick<ClubMemberRow, 'memberKey' | 'name'>;

export interface ClubAliasRow {
  readonly id: string;
  readonly aliasKey: string;
  readonly alias: string;
  readonly memberId: string;
  readonly createdAt: Date;
}

const aliasList = cursorFormat('club.aliases', 'text');
const memberFields = {
  id: true,
  memberKey: true,
  name: true,
  firstSeenAt: true,
  lastSeenAt: true,
  leftAt: true,
  mergedIntoId: true,
} as const;
const memberColumns = [
  'id',
  'guild_id',
  'member_key',
  'name',
  'first_seen_at',
  'last_seen_at',
  'left_at',
  'created_at',
  'updated_at',
];

/** The members of one guild's club and the names that lead to them. */
export class ClubMembers {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    this.#scope = scope;
    this.#guildId = guildId;
  }

  get #table() {
    return tablesOf(this.#scope).clubMember;
  }

  /** Everybody who was ever read, merged ones too, by key. */
  async all(): Promise<ClubMemberRow[]> {
    return this.#table.findMany({
      where: { guildId: this.#guildId },
      orderBy: { memberKey: 'asc' },
      select: memberFields,
    });
  }

  async byIds(ids: readonly string[]): Promise<ClubMemberRow[]> {
    const found = chunked([...new Set(ids)]).map((some) =>
      this.#table.findMany({ where: { guildId: this.#guildId, id: { in: some } }, select: memberFields }),
    );
    return (await Promise.all(found)).flat();
  }

  /**
   * The members that these keys lead to, by their own key or by an alias; a merged one leads to the member it
   * turned out to be. Keys that lead nowhere are not in the map.
   */
  async byKeys(keys: readonly string[]): Promise<Map<string, ClubMemberRow>> {
    const found = new Map<string, ClubMemberRow>();
    const select = { ...memberFields, mergedInto: { select: memberFields } };
    for (const some of chunked([...new Set(keys)])) {
      const aliases = await tablesOf(this.#scope).clubMemberAlias.findMany({
        where: { guildId: this.#guildId, aliasKey: { in: some } },
        select: { aliasKey: true, member: { select } },
      });
      const members = await this.#table.findMany({
        where: { guildId: this.#guildId, memberKey: { in: some } },
        select,
      });
      const leading = [
        ...aliases.map(({ aliasKey, member }) => ({ key: aliasKey, member })),
        ...members.map((member) => ({ key: member.memberKey, member })),
      ];
      for (const {
        key,
        member: { mergedInto, ...member },
      } of leading)
        found.set(key, mergedInto ?? member);
    }
    return found;
  }

  /**
   * Stores members that are not known yet; gives their rows. Only inside a transaction.
   * @throws DatabaseError `unique_violation` when a key is taken
   */
  async insert(members: readonly NewClubMember[], seenAt: Date, now: Date): Promise<ClubMemberRow[]> {
    const rows = members.map(({ memberKey, name }) => ({
      id: randomId(),
      memberKey,
      name,
      firstSeenAt: seenAt,
      lastSeenAt: seenAt,
      leftAt: null,
      mergedIntoId: null,
    }));
    await insertRows(
      this.#scope.sql,
      'ClubMember',
      rows.map((row) => ({ ...row, guildId: this.#guildId, createdAt: now, updatedAt: now })),
    );
    return rows;
  }

  /** Writes what changed of members: name, when they were seen and left. */
  async save(members: readonly ClubMemberRow[], now: Date): Promise<void> {
    const rows = members
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, memberKey, name, firstSeenAt, lastSeenAt, leftAt }) => [
        id,
        this.#guildId,
        memberKey,
        name,
        firstSeenAt,
        lastSeenAt,
        leftAt,
        now,
        now,
      ]);
    const changing = ['name', 'first_seen_at', 'last_seen_at', 'left_at', 'updated_at'];
    await upsertMany(this.#scope.sql, 'club_members', memberColumns, ['id'], changing, rows);
  }

  /** The members that turned out to be one of these, by their own id, with the id of the one. */
  async mergedInto(ids: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const some of chunked([...new Set(ids)])) {
      const rows = await this.#table.findMany({
        where: { guildId: this.#guildId, mergedIntoId: { in: some } },
        select: { id: true, mergedIntoId: true },
      });
      for (const { id, mergedIntoId } of rows) if (mergedIntoId !== null) found.set(id, mergedIntoId);
    }
    return found;
  }

  /** Says that a member is another one, or with null that it is itself again; false when it is not here. */
  async setMergedInto(id: string, targetId: string | null, now: Date): Promise<boolean> {
    const { count } = await this.#table.updateMany({
      where: { id, guildId: this.#guildId },
      data: { mergedIntoId: targetId, updatedAt: now },
    });
    return count > 0;
  }

  /** Aliases by their key. */
  async aliases({ limit, cursor }: PageRequest): Promise<Page<ClubAliasRow>> {
    const place = cursor === undefined ? null : aliasList.decode(cursor);
    const rows = await tablesOf(this.#scope).clubMemberAlias.findMany({
      where: { guildId: this.#guildId, ...(place && { aliasKey: { gt: place[0] } }) },
      orderBy: { aliasKey: 'asc' },
      take: limit + 1,
      select: { id: true, aliasKey: true, alias: true, memberId: true, createdAt: true },
    });
    return pageOf(rows, limit, ({ aliasKey }) => aliasList.encode([aliasKey]));
  }

  /** Lets a name lead to a member, whatever it led to before. The member must be the guild's. */
  async setAlias(
    alias: Pick<ClubAliasRow, 'aliasKey' | 'alias' | 'memberId'>,
    createdById: string | null,
    now: Date,
  ): Promise<void> {
    const { aliasKey, ...changing } = alias;
    await tablesOf(this.#scope).clubMemberAlias.upsert({
      where: { guildId_aliasKey: { guildId: this.#guildId, aliasKey } },
      create: { id: randomId(), guildId: this.#guildId, ...alias, createdById, createdAt: now },
      update: { ...changing, createdById, createdAt: now },
    });
  }

  /** False when there is no such alias. */
  async removeAlias(aliasKey: string): Promise<boolean> {
    const { count } = await tablesOf(this.#scope).clubMemberAlias.deleteMany({
      where: { guildId: this.#guildId, aliasKey },
    });
    return count > 0;
  }
}

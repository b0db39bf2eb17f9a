import type { Database, Transaction } from '../database.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { searchPattern } from '../lists/search.js';
import { normaliseName } from '../normalise.js';
import { chunked, inList } from '../sql/chunks.js';
import { Conditions } from '../sql/conditions.js';
import { column, type RowOf, type SqlValue } from '../sql/values.js';
import { upsertMany } from './bulk.js';
import { ClubMembers, type ClubMemberRow } from './club-members.js';
import { ClubObservations, joinedPowers, type NewestPowers } from './club-observations.js';
import { boundedCount, pageOf, type BoundedCount, type Page } from './pages.js';

/** A member with the newest value of each power. */
export interface ClubLatestRow {
  readonly memberId: string;
  readonly memberKey: string;
  readonly name: string;
  readonly simPower: bigint | null;
  readonly simObservedAt: Date | null;
  readonly totalPower: bigint | null;
  readonly totalObservedAt: Date | null;
  readonly lastSeenAt: Date;
  readonly leftAt: Date | null;
}

/** By a power the largest first, without one last, then by name; by name; or whoever was seen last first. */
export type ClubRosterSort = 'sim' | 'total' | 'name' | 'lastSeen';

export interface ClubRosterFilter {
  /** Part of a name. */
  readonly search?: string | undefined;
  /** Also those who left. */
  readonly withLeft?: boolean | undefined;
  /** Only members of whom this power is known. */
  readonly having?: 'sim' | 'total' | undefined;
}

export interface ClubRosterRequest extends ClubRosterFilter {
  readonly sort: ClubRosterSort;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const powerColumns = { sim: 'sim_power', total: 'total_power' } as const;
const orders: Readonly<Record<ClubRosterSort, string>> = {
  sim: 'sim_power DESC, name_key, member_id',
  total: 'total_power DESC, name_key, member_id',
  name: 'name_key, member_id',
  lastSeen: 'last_seen_at DESC, member_id DESC',
};
/** Stands in a cursor for a power that is not known; powers are never negative. */
const UNKNOWN = -1n;
const cursors = {
  sim: cursorFormat('club.roster.sim', 'bigint', 'text', 'text'),
  total: cursorFormat('club.roster.total', 'bigint', 'text', 'text'),
  name: cursorFormat('club.roster.name', 'text', 'text'),
  lastSeen: cursorFormat('club.roster.lastSeen', 'instant', 'text'),
} as const;

interface Part {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

const everything: Part = { text: '1 = 1', parameters: [] };

/**
 * What comes behind a member in the order of a power, in parts that each follow the index: less of it, or as much
 * and later by name; then those without it.
 */
function partsAfterPower(
  power: string,
  [value, nameKey, memberId]: readonly [bigint, string, string],
): readonly Part[] {
  const { text, parameters } = afterSql('asc', ['name_key', nameKey], ['member_id', memberId]);
  if (value === UNKNOWN) return [{ text: `${power} IS NULL AND ${text}`, parameters }];
  return [
    {
      text: `${power} <= ? AND (${power} < ? OR (${power} = ? AND ${text}))`,
      parameters: [value, value, value, ...parameters],
    },
    { text: `${power} IS NULL`, parameters: [] },
  ];
}

function partsOf(sort: ClubRosterSort, cursor: string | undefined): readonly Part[] {
  if (cursor === undefined) return [everything];
  if (sort === 'sim' || sort === 'total')
    return partsAfterPower(powerColumns[sort], cursors[sort].decode(cursor));
  if (sort === 'name') {
    const [nameKey, memberId] = cursors.name.decode(cursor);
    return [afterSql('asc', ['name_key', nameKey], ['member_id', memberId])];
  }
  const [lastSeenAt, memberId] = cursors.lastSeen.decode(cursor);
  return [afterSql('desc', ['last_seen_at', lastSeenAt], ['member_id', memberId])];
}

function cursorOf(sort: ClubRosterSort, row: ClubLatestRow): string {
  const { memberId, simPower, totalPower, lastSeenAt } = row;
  const nameKey = normaliseName(row.name);
  if (sort === 'lastSeen') return cursors.lastSeen.encode([lastSeenAt, memberId]);
  if (sort === 'name') return cursors.name.encode([nameKey, memberId]);
  return cursors[sort].encode([(sort === 'sim' ? simPower : totalPower) ?? UNKNOWN, nameKey, memberId]);
}

const latestColumns = {
  member_id: column.text,
  member_key: column.text,
  name: column.text,
  sim_power: column.nullable(column.bigint),
  sim_observed_at: column.nullable(column.instant),
  total_power: column.nullable(column.bigint),
  total_observed_at: column.nullable(column.instant),
  last_seen_at: column.instant,
  left_at: column.nullable(column.instant),
} as const;

const writtenColumns = ['guild_id', 'name_key', 'updated_at', ...Object.keys(latestColumns)];
const changingColumns = writtenColumns.filter((name) => name !== 'member_id' && name !== 'guild_id');

function latestOf(row: RowOf<typeof latestColumns>): ClubLatestRow {
  return {
    memberId: row.member_id,
    memberKey: row.member_key,
    name: row.name,
    simPower: row.sim_power,
    simObservedAt: row.sim_observed_at,
    totalPower: row.total_power,
    totalObservedAt: row.total_observed_at,
    lastSeenAt: row.last_seen_at,
    leftAt: row.left_at,
  };
}

/** The roster of one guild's club. */
export class ClubLatest {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    this.#scope = scope;
    this.#guildId = guildId;
  }

  /** Null for a search that finds nothing. */
  #conditions({ search, withLeft = false, having }: ClubRosterFilter): Conditions | null {
    const where = new Conditions().equal('guild_id', this.#guildId);
    if (!withLeft) where.add('left_at IS NULL');
    if (having) where.add(`${powerColumns[having]} IS NOT NULL`);
    if (search === undefined) return where;
    const pattern = searchPattern(search);
    return pattern === null ? null : where.add('name_key LIKE ?', pattern);
  }

  async page({ sort, limit, cursor, ...filter }: ClubRosterRequest): Promise<Page<ClubLatestRow>> {
    const rows: RowOf<typeof latestColumns>[] = [];
    for (const part of partsOf(sort, cursor)) {
      const where = this.#conditions(filter)?.also(part);
      const missing = limit + 1 - rows.length;
      if (!where || missing <= 0) break;
      const found = await this.#scope.sql.query(
        `SELECT ${Object.keys(latestColumns).join(', ')} FROM club_member_latest WHERE ${where.text}
         ORDER BY ${orders[sort]} LIMIT ?`,
        [...where.parameters, missing],
        latestColumns,
      );
      rows.push(...found);
    }
    return pageOf(rows.map(latestOf), limit, (row) => cursorOf(sort, row));
  }

  /** Members that the filter finds, counted up to `most`. */
  async count(filter: ClubRosterFilter, most: number): Promise<BoundedCount> {
    const where = this.#conditions(filter);
    if (!where) return boundedCount(0, most);
    const row = await this.#scope.sql.one(
      `SELECT COUNT(*) AS total FROM (SELECT 1 FROM club_member_latest WHERE ${where.text} LIMIT ?) AS counted`,
      [...where.parameters, most + 1],
      { total: column.int },
    );
    return boundedCount(row?.total ?? 0, most);
  }

  /**
   * Makes the roster anew from the observations, of some members or of all. Only inside a transaction: nobody
   * sees it half made, and a run that fails leaves the old one.
   */
  async rebuild(memberIds: readonly string[] | null, now: Date): Promise<void> {
    const all = await new ClubMembers(this.#scope, this.#guildId).all();
    const asked = memberIds && new Set(memberIds);
    const targetOf = ({ id, mergedIntoId }: ClubMemberRow) => mergedIntoId ?? id;
    const concerned = asked
      ? all.filter((member) => asked.has(member.id) || asked.has(targetOf(member)))
      : all;
    const targets = new Set(concerned.map(targetOf));
    const groups = new Map([...targets].map((id): [string, ClubMemberRow[]] => [id, []]));
    for (const member of all) groups.get(targetOf(member))?.push(member);
    const observations = new ClubObservations(this.#scope, this.#guildId);
    const powers = await observations.newest({
      memberIds: asked ? [...groups.values()].flat().map(({ id }) => id) : undefined,
    });
    const rows = [...groups].flatMap(([id, group]) => {
      const member = group.find((one) => one.id === id);
      return member ? [{ member, powers: joinedPowers(group.map((one) => powers.get(one.id))) }] : [];
    });
    await this.#write(rows, now);
    await this.#remove(concerned.filter(({ mergedIntoId }) => mergedIntoId !== null).map(({ id }) => id));
  }

  async #write(
    rows: readonly { readonly member: ClubMemberRow; readonly powers: NewestPowers }[],
    now: Date,
  ): Promise<void> {
    await upsertMany(
      this.#scope.sql,
      'club_member_latest',
      writtenColumns,
      ['member_id'],
      changingColumns,
      rows.map(({ member, powers: { sim, total } }) => [
        this.#guildId,
        normaliseName(member.name),
        now,
        member.id,
        member.memberKey,
        member.name,
        sim?.value ?? null,
        sim?.observedAt ?? null,
        total?.value ?? null,
        total?.observedAt ?? null,
        member.lastSeenAt,
        member.leftAt,
      ]),
    );
  }

  async #remove(memberIds: readonly string[]): Promise<void> {
    for (const some of chunked(memberIds)) {
      const { marks, parameters } = inList(some);
      await this.#scope.sql.execute(
        `DELETE FROM club_member_latest WHERE guild_id = ? AND member_id IN (${marks})`,
        [this.#guildId, ...parameters],
      );
    }
  }
}

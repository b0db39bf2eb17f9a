import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { timeOrderedId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { chunked, inList } from '../sql/chunks.js';
import { Conditions } from '../sql/conditions.js';
import { column } from '../sql/values.js';
import { upsertMany } from './bulk.js';
import { ClubMembers } from './club-members.js';
import { pageOf, type Page } from './pages.js';

export type ObservationSource = 'analysis' | 'scan' | 'import' | 'manual';

/** What was read of a member; a power that was not read is null, never 0. */
export interface ObservedMember {
  readonly memberId: string;
  /** The name as it was read. */
  readonly name: string;
  readonly simPower: bigint | null;
  readonly totalPower: bigint | null;
  /** 0 to 1; null for what a person entered. */
  readonly confidence: number | null;
}

/** What one analysis, scan or import observed at an instant. */
export interface ObservationBatch {
  readonly source: ObservationSource;
  /** Id of the analysis, scan or import: saved again it changes nothing, and it can be taken back whole. */
  readonly sourceId: string;
  readonly observedAt: Date;
  readonly createdById: string | null;
  readonly members: readonly ObservedMember[];
}

export interface ObservationRow extends ObservedMember {
  readonly source: string;
  readonly sourceId: string;
  readonly observedAt: Date;
}

/** A value and when it was read. */
export interface ObservedPower {
  readonly value: bigint;
  readonly observedAt: Date;
}

/** The newest value of each power in a period; null where none was read in it. */
export interface NewestPowers {
  readonly sim: ObservedPower | null;
  readonly total: ObservedPower | null;
}

function newer(one: ObservedPower | null, other: ObservedPower | null): ObservedPower | null {
  if (!one || !other) return one ?? other;
  return one.observedAt >= other.observedAt ? one : other;
}

/** The newest powers of a member and of those that were merged into it. */
export function joinedPowers(powers: readonly (NewestPowers | undefined)[]): NewestPowers {
  const none: NewestPowers = { sim: null, total: null };
  return powers.reduce<NewestPowers>(
    (sum, one) => (one ? { sim: newer(sum.sim, one.sim), total: newer(sum.total, one.total) } : sum),
    none,
  );
}

const historyList = cursorFormat('club.history', 'instant', 'text', 'text');

const columns = [
  'id',
  'guild_id',
  'member_id',
  'name',
  'sim_power',
  'total_power',
  'confidence',
  'source',
  'source_id',
  'created_by_id',
  'observed_at',
  'created_at',
];

interface NewestRequest {
  readonly memberIds?: readonly string[] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** What was ever read of the members of one guild's club. */
export class ClubObservations {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    this.#scope = scope;
    this.#guildId = guildId;
  }

  /** Saves a batch; what it said of a member before is replaced. The members must be the guild's. */
  async save({ members, observedAt, ...batch }: ObservationBatch, now: Date): Promise<void> {
    const rows = members
      .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
      .map((member) => [
        timeOrderedId(observedAt),
        this.#guildId,
        member.memberId,
        member.name,
        member.simPower,
        member.totalPower,
        member.confidence,
        batch.source,
        batch.sourceId,
        batch.createdById,
        observedAt,
        now,
      ]);
    await upsertMany(
      this.#scope.sql,
      'club_member_observations',
      columns,
      ['member_id', 'observed_at', 'source_id'],
      ['name', 'sim_power', 'total_power', 'confidence'],
      rows,
    );
  }

  /** Takes a batch back; gives the members it had observed. */
  async removeSource(sourceId: string): Promise<string[]> {
    const { clubMemberObservation: table } = tablesOf(this.#scope);
    const where = { guildId: this.#guildId, sourceId };
    const rows = await table.findMany({ where, select: { memberId: true }, distinct: ['memberId'] });
    await table.deleteMany({ where });
    return rows.map(({ memberId }) => memberId);
  }

  /** What was read of a member, newest first. Several ids where others were merged into it. */
  async history(
    memberIds: readonly string[],
    request: {
      readonly from?: Date | undefined;
      readonly to?: Date | undefined;
      readonly limit: number;
      readonly cursor?: string | undefined;
    },
  ): Promise<Page<ObservationRow>> {
    const { limit, cursor } = request;
    const place = cursor === undefined ? null : historyList.decode(cursor);
    const { marks, parameters } = inList(memberIds);
    const where = new Conditions()
      .add(`member_id IN (${marks})`, ...parameters)
      .equal('guild_id', this.#guildId)
      .during('observed_at', request)
      .also(
        place &&
          afterSql('desc', ['observed_at', place[0]], ['source_id', place[1]], ['member_id', place[2]]),
      );
    const rows = await this.#scope.sql.query(
      `SELECT member_id, name, sim_power, total_power, confidence, source, source_id, observed_at
       FROM club_member_observations WHERE ${where.text}
       ORDER BY observed_at DESC, source_id DESC, member_id DESC LIMIT ?`,
      [...where.parameters, limit + 1],
      {
        member_id: column.text,
        name: column.text,
        sim_power: column.nullable(column.bigint),
        total_power: column.nullable(column.bigint),
        confidence: column.nullable(column.real),
        source: column.text,
        source_id: column.text,
        observed_at: column.instant,
      },
    );
    const items = rows.map((row) => ({
      memberId: row.member_id,
      name: row.name,
      simPower: row.sim_power,
      totalPower: row.total_power,
      confidence: row.confidence,
      source: row.source,
      sourceId: row.source_id,
      observedAt: row.observed_at,
    }));
    return pageOf(items, limit, ({ observedAt, sourceId, memberId }) =>
      historyList.encode([observedAt, sourceId, memberId]),
    );
  }

  /**
   * The newest value of each power, separately, by member; of some members or of all, in a period or ever.
   * Members of whom nothing was read are not in the map.
   */
  async newest({ memberIds, ...period }: NewestRequest): Promise<Map<string, NewestPowers>> {
    const found = new Map<string, NewestPowers>();
    for (const some of memberIds ? chunked(memberIds) : [undefined]) {
      const sim = await this.#newestOf('sim_power', some, period);
      const total = await this.#newestOf('total_power', some, period);
      for (const id of new Set([...sim.keys(), ...total.keys()])) {
        found.set(id, { sim: sim.get(id) ?? null, total: total.get(id) ?? null });
      }
    }
    return found;
  }

  /** The newest value of each power in a period of these members, with what was read of those merged into them. */
  async newestOfMembers(
    memberIds: readonly string[],
    period: { readonly from: Date; readonly to: Date },
  ): Promise<Map<string, NewestPowers>> {
    if (memberIds.length === 0) return new Map();
    const merged = await new ClubMembers(this.#scope, this.#guildId).mergedInto(memberIds);
    const powers = await this.newest({ memberIds: [...memberIds, ...merged.keys()], ...period });
    const groups = new Map(memberIds.map((id): [string, string[]] => [id, [id]]));
    for (const [id, target] of merged) groups.get(target)?.push(id);
    return new Map([...groups].map(([id, group]) => [id, joinedPowers(group.map((one) => powers.get(one)))]));
  }

  async #newestOf(
    power: 'sim_power' | 'total_power',
    memberIds: readonly string[] | undefined,
    period: Pick<NewestRequest, 'from' | 'to'>,
  ): Promise<Map<string, ObservedPower>> {
    const where = new Conditions().equal('guild_id', this.#guildId);
    if (memberIds) {
      const { marks, parameters } = inList(memberIds);
      where.add(`member_id IN (${marks})`, ...parameters);
    }
    where.during('observed_at', period).add(`${power} IS NOT NULL`);
    const rows = await this.#scope.sql.query(
      `SELECT member_id, power, observed_at FROM (
         SELECT member_id, ${power} AS power, observed_at,
         ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY observed_at DESC, id DESC) AS place
         FROM club_member_observations WHERE ${where.text}
       ) AS placed WHERE place = 1`,
      where.parameters,
      { member_id: column.text, power: column.bigint, observed_at: column.instant },
    );
    return new Map(rows.map((row) => [row.member_id, { value: row.power, observedAt: row.observed_at }]));
  }
}

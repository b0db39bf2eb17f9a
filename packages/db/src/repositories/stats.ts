import type { Database, Transaction } from '../database.js';
import { dialectOf } from '../dialect/dialect.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { Conditions } from '../sql/conditions.js';
import { column, type SqlValue } from '../sql/values.js';
import { QUARTER_MS } from '../writers/stat-deltas.js';
import { pageOf, type Page } from './pages.js';
import { activeUserIds, pendingSpan, sumsBy, type StatFilter, type StatPeriod } from './stat-sums.js';

/** Events counted, those with a number among them, and the sum of the numbers. */
export interface StatSums {
  readonly eventCount: bigint;
  readonly valueCount: bigint;
  readonly valueSum: number;
}

/** Sums of one quarter of an hour, by its start. */
export interface StatBucket extends StatSums {
  readonly bucketStart: Date;
}

export interface StatsOfType extends StatSums {
  readonly type: string;
}

export interface StatsOfPerson extends StatSums {
  readonly userId: string;
  readonly discordId: string;
  readonly username: string;
  readonly globalName: string | null;
  readonly avatar: string | null;
}

/** One event as it was told. */
export interface StatRow {
  readonly id: string;
  readonly userId: string | null;
  readonly guildId: string | null;
  readonly type: string;
  readonly value: unknown;
  readonly source: string;
  readonly eventId: string;
  readonly timestamp: Date;
}

/** A list of events; every filter may be missing. */
export interface StatListRequest {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Whose events: everything in a guild, or everything of a person. */
export type StatSubject =
  | { readonly kind: 'guild'; readonly guildId: string }
  | { readonly kind: 'person'; readonly userId: string };

const eventList = cursorFormat('stats', 'instant', 'text');

const sumColumns = {
  event_count: column.bigint,
  value_count: column.bigint,
  value_sum: column.real,
} as const;

function sumsOf(row: {
  readonly event_count: bigint;
  readonly value_count: bigint;
  readonly value_sum: number;
}): StatSums {
  return { eventCount: row.event_count, valueCount: row.value_count, valueSum: row.value_sum };
}

/** The usage of one guild, or of one person. Sums are right at any moment: what is merged, and what is not yet. */
export class Stats {
  readonly #scope: Database | Transaction;
  readonly #subject: StatSubject;

  constructor(scope: Database | Transaction, subject: StatSubject) {
    this.#scope = scope;
    this.#subject = subject;
  }

  /** Quarters of an hour in which something happened, in their order. */
  async series(filter: StatFilter): Promise<StatBucket[]> {
    const { engine, sql } = this.#scope;
    const { text, parameters } = sumsBy(engine, 'bucket_start', this.#subject, filter);
    const rows = await sql.query(`${text} ORDER BY bucket_start`, parameters, {
      bucket_start: column.instant,
      ...sumColumns,
    });
    return rows.map((row) => ({ bucketStart: row.bucket_start, ...sumsOf(row) }));
  }

  async totals(filter: StatFilter): Promise<StatSums> {
    const types = await this.#byType(filter, '', []);
    return types.reduce(
      (all, { eventCount, valueCount, valueSum }) => ({
        eventCount: all.eventCount + eventCount,
        valueCount: all.valueCount + valueCount,
        valueSum: all.valueSum + valueSum,
      }),
      { eventCount: 0n, valueCount: 0n, valueSum: 0 },
    );
  }

  /** Types by how often they happened. */
  topTypes(filter: StatFilter, limit: number): Promise<StatsOfType[]> {
    return this.#byType(filter, 'ORDER BY event_count DESC, type LIMIT ?', [limit]);
  }

  async #byType(filter: StatFilter, end: string, more: readonly SqlValue[]): Promise<StatsOfType[]> {
    const { engine, sql } = this.#scope;
    const { text, parameters } = sumsBy(engine, 'type', this.#subject, filter);
    const rows = await sql.query(`${text} ${end}`, [...parameters, ...more], {
      type: column.text,
      ...sumColumns,
    });
    return rows.map((row) => ({ type: row.type, ...sumsOf(row) }));
  }

  /** Events as they were told, newest first. */
  async events({ type, from, to, limit, cursor }: StatListRequest): Promise<Page<StatRow>> {
    const place = cursor === undefined ? null : eventList.decode(cursor);
    const where = (
      this.#subject.kind === 'guild'
        ? new Conditions().equal('guild_id', this.#subject.guildId)
        : new Conditions().equal('user_id', this.#subject.userId)
    )
      .equal('type', type)
      .during('timestamp', { from, to })
      .also(place && afterSql('desc', ['timestamp', place[0]], ['id', place[1]]));
    const dialect = dialectOf(this.#scope.engine);
    const subject = this.#subject.kind === 'guild' ? 'guild_id' : 'user_id';
    const index = `stats_${subject}_${type === undefined ? '' : 'type_'}timestamp_id_idx`;
    const rows = await this.#scope.sql.query(
      `SELECT id, user_id, guild_id, type, ${dialect.jsonValue('value')} AS value, source, event_id, timestamp
       FROM stats ${dialect.followIndex(index)} WHERE ${where.text} ORDER BY timestamp DESC, id DESC LIMIT ?`,
      [...where.parameters, limit + 1],
      {
        id: column.text,
        user_id: column.nullable(column.text),
        guild_id: column.nullable(column.text),
        type: column.text,
        value: column.jsonValue,
        source: column.text,
        event_id: column.text,
        timestamp: column.instant,
      },
    );
    const events = rows.map((row): StatRow => ({
      id: row.id,
      userId: row.user_id,
      guildId: row.guild_id,
      type: row.type,
      value: row.value,
      source: row.source,
      eventId: row.event_id,
      timestamp: row.timestamp,
    }));
    return pageOf(events, limit, ({ timestamp, id }) => eventList.encode([timestamp, id]));
  }
}

/** How many periods one statement takes. */
const PERIODS_AT_ONCE = 100;

/** The usage of one guild, with the people in it. */
export class GuildStats extends Stats {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    super(scope, { kind: 'guild', guildId });
    this.#scope = scope;
    this.#guildId = guildId;
  }

  /** People by how often they did something. */
  async topPeople(filter: StatFilter, limit: number): Promise<StatsOfPerson[]> {
    const { engine, sql } = this.#scope;
    const people = { kind: 'people', guildId: this.#guildId } as const;
    const { text, parameters } = sumsBy(engine, 'user_id', people, filter);
    const rows = await sql.query(
      `SELECT u.id AS user_id, u.discord_id, u.username, u.global_name, u.avatar, t.event_count, t.value_count,
       t.value_sum FROM (${text} ORDER BY event_count DESC, user_id LIMIT ?) AS t JOIN users u ON u.id = t.user_id
       ORDER BY t.event_count DESC, u.id`,
      [...parameters, limit],
      {
        user_id: column.text,
        discord_id: column.text,
        username: column.text,
        global_name: column.nullable(column.text),
        avatar: column.nullable(column.text),
        ...sumColumns,
      },
    );
    return rows.map((row) => ({
      userId: row.user_id,
      discordId: row.discord_id,
      username: row.username,
      globalName: row.global_name,
      avatar: row.avatar,
      ...sumsOf(row),
    }));
  }

  /** How many different people did something. */
  async activePeople(filter: StatFilter): Promise<number> {
    const [people = 0] = await this.activePeopleByPeriod([filter], filter.type);
    return people;
  }

  /** The same for several periods that do not overlap, in their order. */
  async activePeopleByPeriod(periods: readonly StatPeriod[], type?: string): Promise<number[]> {
    const { engine, sql } = this.#scope;
    const span = pendingSpan(engine, this.#guildId);
    // Each period with something that is not merged reads all of that: mostly only the last one has any.
    const fresh = await sql.one(span.text, span.parameters, {
      first: column.nullable(column.int),
      last: column.nullable(column.int),
    });
    const [earliest, latest] = [fresh?.first ?? null, fresh?.last ?? null];
    const hasPending = ({ from, to }: StatPeriod) =>
      earliest !== null &&
      latest !== null &&
      from.getTime() < (latest + 1) * QUARTER_MS &&
      to.getTime() > earliest * QUARTER_MS;
    const counted = new Map<number, number>();
    for (let first = 0; first < periods.length; first += PERIODS_AT_ONCE) {
      const some = periods.slice(first, first + PERIODS_AT_ONCE);
      const counts = some.map((period, index) => {
        const { text, parameters } = activeUserIds(
          engine,
          this.#guildId,
          { ...period, type },
          hasPending(period),
        );
        return {
          text: `SELECT ${first + index} AS place, COUNT(*) AS people FROM (${text}) AS active`,
          parameters,
        };
      });
      const rows = await sql.query(
        counts.map(({ text }) => text).join(' UNION ALL '),
        counts.flatMap(({ parameters }): readonly SqlValue[] => parameters),
        { place: column.int, people: column.int },
      );
      for (const { place, people } of rows) counted.set(place, people);
    }
    return periods.map((_, place) => counted.get(place) ?? 0);
  }
}

import type { Database, Transaction } from '../database.js';
import { dialectOf } from '../dialect/dialect.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { Conditions } from '../sql/conditions.js';
import { column, type SqlValue } from '../sql/values.js';
import { pageOf, type Page } from './pages.js';

/** From an instant on, and before another. For sums both are at a quarter of an hour. */
export interface StatPeriod {
  readonly from: Date;
  readonly to: Date;
}

/** What a sum is made over. */
export interface StatFilter extends StatPeriod {
  readonly type?: string | undefined;
}

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

const sums = 'SUM(event_count) AS event_count, SUM(value_count) AS value_count, SUM(value_sum) AS value_sum';

function sumsOf(row: {
  readonly event_count: bigint;
  readonly value_count: bigint;
  readonly value_sum: number;
}): StatSums {
  return { eventCount: row.event_count, valueCount: row.value_count, valueSum: row.value_sum };
}

/** The usage of one guild, or of one person. Sums come from the rollups and are right at any moment. */
export class Stats {
  readonly #scope: Database | Transaction;
  readonly #subject: StatSubject;

  constructor(scope: Database | Transaction, subject: StatSubject) {
    this.#scope = scope;
    this.#subject = subject;
  }

  /** The rollups that count the subject's events, each event once. */
  #rollups({ type, ...period }: StatFilter): Conditions {
    const where =
      this.#subject.kind === 'guild'
        ? new Conditions().equal('guild_id', this.#subject.guildId).equal('subject', 'guild')
        : new Conditions().equal('user_id', this.#subject.userId);
    return where.during('bucket_start', period).equal('type', type);
  }

  /** Quarters of an hour in which something happened, in their order. */
  async series(filter: StatFilter): Promise<StatBucket[]> {
    const where = this.#rollups(filter);
    const rows = await this.#scope.sql.query(
      `SELECT bucket_start, ${sums} FROM stat_rollups WHERE ${where.text}
       GROUP BY bucket_start ORDER BY bucket_start`,
      where.parameters,
      { bucket_start: column.instant, ...sumColumns },
    );
    return rows.map((row) => ({ bucketStart: row.bucket_start, ...sumsOf(row) }));
  }

  async totals(filter: StatFilter): Promise<StatSums> {
    const where = this.#rollups(filter);
    const row = await this.#scope.sql.one(
      `SELECT COALESCE(SUM(event_count), 0) AS event_count, COALESCE(SUM(value_count), 0) AS value_count,
       COALESCE(SUM(value_sum), 0) AS value_sum FROM stat_rollups WHERE ${where.text}`,
      where.parameters,
      sumColumns,
    );
    return row ? sumsOf(row) : { eventCount: 0n, valueCount: 0n, valueSum: 0 };
  }

  /** Types by how often they happened. */
  async topTypes(filter: StatFilter, limit: number): Promise<StatsOfType[]> {
    const where = this.#rollups(filter);
    const rows = await this.#scope.sql.query(
      `SELECT type, ${sums} FROM stat_rollups WHERE ${where.text}
       GROUP BY type ORDER BY event_count DESC, type LIMIT ?`,
      [...where.parameters, limit],
      { type: column.text, ...sumColumns },
    );
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
    const events = rows.map(({ user_id: userId, guild_id: guildId, event_id: eventId, ...row }) => ({
      ...row,
      userId,
      guildId,
      eventId,
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

  #people({ type, ...period }: StatFilter): Conditions {
    return new Conditions()
      .equal('guild_id', this.#guildId)
      .equal('subject', 'person')
      .during('bucket_start', period)
      .equal('type', type);
  }

  /** People by how often they did something. */
  async topPeople(filter: StatFilter, limit: number): Promise<StatsOfPerson[]> {
    const where = this.#people(filter);
    const rows = await this.#scope.sql.query(
      `SELECT u.id AS user_id, u.discord_id, u.username, u.global_name, u.avatar, t.event_count, t.value_count,
       t.value_sum FROM (SELECT user_id, ${sums} FROM stat_rollups WHERE ${where.text}
       GROUP BY user_id ORDER BY event_count DESC, user_id LIMIT ?) AS t JOIN users u ON u.id = t.user_id
       ORDER BY t.event_count DESC, u.id`,
      [...where.parameters, limit],
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
    const where = this.#people(filter);
    const row = await this.#scope.sql.one(
      `SELECT COUNT(DISTINCT user_id) AS people FROM stat_rollups WHERE ${where.text}`,
      where.parameters,
      { people: column.int },
    );
    return row?.people ?? 0;
  }

  /** The same for several periods that do not overlap, in their order. */
  async activePeopleByPeriod(periods: readonly StatPeriod[], type?: string): Promise<number[]> {
    const counted = new Map<number, number>();
    for (let first = 0; first < periods.length; first += PERIODS_AT_ONCE) {
      const some = periods.slice(first, first + PERIODS_AT_ONCE);
      const counts = some.map((period, index) => {
        const where = this.#people({ ...period, type });
        return {
          text: `SELECT ${first + index} AS place, COUNT(DISTINCT user_id) AS people FROM stat_rollups WHERE ${where.text}`,
          parameters: where.parameters,
        };
      });
      const rows = await this.#scope.sql.query(
        counts.map(({ text }) => text).join(' UNION ALL '),
        counts.flatMap(({ parameters }): readonly SqlValue[] => parameters),
        { place: column.int, people: column.int },
      );
      for (const { place, people } of rows) counted.set(place, people);
    }
    return periods.map((_, place) => counted.get(place) ?? 0);
  }
}

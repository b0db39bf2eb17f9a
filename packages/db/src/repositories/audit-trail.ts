import type { Database, Transaction } from '../database.js';
import { dialectOf } from '../dialect/dialect.js';
import { cursorFormat } from '../lists/cursor.js';
import { afterSql } from '../lists/keyset.js';
import { Conditions } from '../sql/conditions.js';
import { column, type RowOf } from '../sql/values.js';
import { pageOf, type Page } from './pages.js';

/** Who acted and what changed: the part of a record that can be erased. */
export interface AuditPersonalRow {
  readonly userId: string | null;
  readonly discordId: string | null;
  readonly displayName: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly sessionId: string | null;
  readonly requestId: string | null;
  readonly details: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly errorMessage: string | null;
}

/** A record of the audit trail; `personal` is null once it is erased. */
export interface AuditRow {
  readonly sequence: bigint;
  readonly id: string;
  readonly timestamp: Date;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string | null;
  readonly guildId: string | null;
  readonly success: boolean;
  readonly actorKind: string;
  readonly actorRef: string | null;
  readonly viaBot: boolean;
  readonly occurrences: number;
  readonly personal: AuditPersonalRow | null;
}

/** What a list of records asks for; every part may be missing. */
export interface AuditFilter {
  /** The acting person. */
  readonly userId?: string | undefined;
  readonly action?: string | undefined;
  readonly resourceType?: string | undefined;
  /** Only together with `resourceType`. */
  readonly resourceId?: string | undefined;
  readonly success?: boolean | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** How often something was done, successfully or not. */
export interface AuditActionCount {
  readonly action: string;
  readonly success: boolean;
  readonly count: number;
}

/** What part of the trail can be seen: a guild's, a person's own acts, or all of it. */
export type AuditView = { readonly guildId?: string; readonly userId?: string };

const trailList = cursorFormat('audit', 'instant', 'bigint');
const personList = cursorFormat('audit.person', 'instant', 'text');

const auditColumns = {
  sequence: column.bigint,
  id: column.text,
  timestamp: column.instant,
  action: column.text,
  resource_type: column.text,
  resource_id: column.nullable(column.text),
  guild_id: column.nullable(column.text),
  success: column.boolean,
  actor_kind: column.text,
  actor_ref: column.nullable(column.text),
  via_bot: column.boolean,
  occurrences: column.int,
  personal_id: column.nullable(column.text),
  user_id: column.nullable(column.text),
  discord_id: column.nullable(column.text),
  display_name: column.nullable(column.text),
  ip_address: column.nullable(column.text),
  user_agent: column.nullable(column.text),
  session_id: column.nullable(column.text),
  request_id: column.nullable(column.text),
  details: column.nullable(column.json),
  before: column.nullable(column.json),
  after: column.nullable(column.json),
  error_message: column.nullable(column.text),
} as const;

const selected = `l.sequence, l.id, l.timestamp, l.action, l.resource_type, l.resource_id, l.guild_id, l.success,
  l.actor_kind, l.actor_ref, l.via_bot, l.occurrences, p.audit_id AS personal_id, p.user_id, p.discord_id,
  p.display_name, p.ip_address, p.user_agent, p.session_id, p.request_id, p.details, p.\`before\`, p.\`after\`,
  p.error_message`;

function personalOf(row: RowOf<typeof auditColumns>): AuditPersonalRow | null {
  if (row.personal_id === null) return null;
  const { details, before, after, user_id: userId, discord_id: discordId } = row;
  return {
    userId,
    discordId,
    displayName: row.display_name,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    sessionId: row.session_id,
    requestId: row.request_id,
    details,
    before,
    after,
    errorMessage: row.error_message,
  };
}

function auditOf(row: RowOf<typeof auditColumns>): AuditRow {
  return {
    sequence: row.sequence,
    id: row.id,
    timestamp: row.timestamp,
    action: row.action,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    guildId: row.guild_id,
    success: row.success,
    actorKind: row.actor_kind,
    actorRef: row.actor_ref,
    viaBot: row.via_bot,
    occurrences: row.occurrences,
    personal: personalOf(row),
  };
}

/** The audit trail, as far as its view goes. */
export class AuditTrail {
  readonly #scope: Database | Transaction;
  readonly #view: AuditView;

  constructor(scope: Database | Transaction, view: AuditView) {
    this.#scope = scope;
    this.#view = view;
  }

  /** The person a list is about: that of the view, whatever the filter says. */
  #person({ userId }: AuditFilter): string | undefined {
    return this.#view.userId ?? userId;
  }

  #conditions(filter: AuditFilter): Conditions {
    const userId = this.#person(filter);
    return new Conditions()
      .equal('p.user_id', userId)
      .equal('l.guild_id', this.#view.guildId)
      .equal('l.action', filter.action)
      .equal('l.resource_type', filter.resourceType)
      .equal('l.resource_id', filter.resourceId)
      .equal('l.success', filter.success)
      .during(userId === undefined ? 'l.timestamp' : 'p.timestamp', filter);
  }

  /** The index that has the records of a list in their order, by what the list is narrowed to. */
  #index({ action, resourceType, resourceId, success }: AuditFilter): string {
    const { guildId } = this.#view;
    const narrowed = guildId === undefined ? '' : 'guild_id_';
    if (resourceType !== undefined && resourceId !== undefined) {
      return 'audit_logs_resource_type_resource_id_timestamp_idx';
    }
    if (action !== undefined) return `audit_logs_${narrowed}action_timestamp_idx`;
    return `audit_logs_${narrowed}${success === undefined ? '' : 'success_'}timestamp_idx`;
  }

  /** Newest first. */
  async page(
    filter: AuditFilter,
    request: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<AuditRow>> {
    return this.#person(filter) === undefined
      ? this.#pageOfAll(filter, request)
      : this.#pageOfPerson(filter, request);
  }

  async #pageOfAll(
    filter: AuditFilter,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<AuditRow>> {
    const place = cursor === undefined ? null : trailList.decode(cursor);
    const where = this.#conditions(filter)
      .add('1 = 1')
      .also(place && afterSql('desc', ['l.timestamp', place[0]], ['l.sequence', place[1]]));
    const followed = dialectOf(this.#scope.engine).followIndex(this.#index(filter));
    const rows = await this.#scope.sql.query(
      `SELECT ${selected} FROM audit_logs l ${followed} LEFT JOIN audit_personal p ON p.audit_id = l.id
       WHERE ${where.text} ORDER BY l.timestamp DESC, l.sequence DESC LIMIT ?`,
      [...where.parameters, limit + 1],
      auditColumns,
    );
    return pageOf(rows.map(auditOf), limit, ({ timestamp, sequence }) =>
      trailList.encode([timestamp, sequence]),
    );
  }

  async #pageOfPerson(
    filter: AuditFilter,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<AuditRow>> {
    const place = cursor === undefined ? null : personList.decode(cursor);
    const where = this.#conditions(filter).also(
      place && afterSql('desc', ['p.timestamp', place[0]], ['p.audit_id', place[1]]),
    );
    const rows = await this.#scope.sql.query(
      `SELECT ${selected} FROM audit_personal p JOIN audit_logs l ON l.id = p.audit_id
       WHERE ${where.text} ORDER BY p.timestamp DESC, p.audit_id DESC LIMIT ?`,
      [...where.parameters, limit + 1],
      auditColumns,
    );
    return pageOf(rows.map(auditOf), limit, ({ timestamp, id }) => personList.encode([timestamp, id]));
  }

  /** What was done how often, the most frequent first; refusals count as often as they happened. */
  async counts(filter: AuditFilter): Promise<AuditActionCount[]> {
    const where = this.#conditions(filter).add('1 = 1');
    const from =
      this.#person(filter) === undefined
        ? 'audit_logs l'
        : 'audit_personal p JOIN audit_logs l ON l.id = p.audit_id';
    return this.#scope.sql.query(
      `SELECT l.action, l.success, SUM(l.occurrences) AS count FROM ${from} WHERE ${where.text}
       GROUP BY l.action, l.success ORDER BY count DESC, l.action, l.success`,
      where.parameters,
      { action: column.text, success: column.boolean, count: column.int },
    );
  }
}

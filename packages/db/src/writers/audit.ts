import { createHmac } from 'node:crypto';
import { models } from '../generated/columns.js';
import { timeOrderedId } from '../ids.js';
import type { StoredAuditPersonal } from '../repositories/audit-seals.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { insertRow } from '../sql/insert.js';
import { canonicalJson } from './canonical-json.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Who acted and what changed: the part of a record that can be erased. */
export interface AuditPersonalPart {
  readonly userId?: string | null;
  readonly discordId?: string | null;
  readonly displayName?: string | null;
  readonly ipAddress?: string | null;
  readonly userAgent?: string | null;
  readonly sessionId?: string | null;
  readonly requestId?: string | null;
  readonly details?: JsonObject | null;
  readonly before?: JsonObject | null;
  readonly after?: JsonObject | null;
  readonly errorMessage?: string | null;
}

/** One act, as the trail keeps it. */
export interface AuditEntry {
  readonly at: Date;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string | null;
  readonly guildId: string | null;
  readonly success: boolean;
  readonly actorKind: 'user' | 'token' | 'operator' | 'bot' | 'system';
  /** The acting person's `auditRef`; null where no person acted. */
  readonly actorRef: string | null;
  /** Whether the bot carried the act out for the person. */
  readonly viaBot: boolean;
  /** How often it happened (default 1); more than 1 for refusals that are written once a minute. */
  readonly occurrences?: number;
  readonly personal: AuditPersonalPart;
}

/** Foreign texts are cut to their column, so that a long user agent never stops the act it belongs to. */
function fitted(field: string, text: string | null | undefined): string | null {
  const column = models['AuditPersonal']?.columns[field];
  // A text within a quarter of the bytes fits whatever its characters are.
  const characters = column?.maxCharacters ?? Math.floor((column?.maxBytes ?? 0) / 4);
  const clean = text?.replaceAll('\0', '') ?? null;
  return clean === null || clean.length <= characters
    ? clean
    : Array.from(clean).slice(0, characters).join('');
}

function json(value: JsonObject | null | undefined): string | null {
  return value ? canonicalJson(value) : null;
}

/** The text that a stored JSON value was written as. */
function storedJson(value: unknown): string | null {
  return typeof value === 'object' && value !== null ? canonicalJson(value) : null;
}

function storedPart(part: AuditPersonalPart) {
  return {
    userId: part.userId ?? null,
    discordId: part.discordId ?? null,
    displayName: fitted('displayName', part.displayName),
    ipAddress: fitted('ipAddress', part.ipAddress),
    userAgent: fitted('userAgent', part.userAgent),
    sessionId: part.sessionId ?? null,
    requestId: fitted('requestId', part.requestId),
    details: json(part.details),
    before: json(part.before),
    after: json(part.after),
    errorMessage: fitted('errorMessage', part.errorMessage),
  };
}

/** The HMAC-SHA-256 that binds the personal part, as it is stored, to its record; lower-case hex. */
function personalHmac(key: string, auditId: string, part: ReturnType<typeof storedPart>): string {
  return createHmac('sha256', key)
    .update(canonicalJson({ auditId, ...part }))
    .digest('hex');
}

/** Whether a stored personal part is the one that its record was written with. */
export function isOwnPersonalPart(key: string, part: StoredAuditPersonal, hmac: string): boolean {
  const { auditId, details, before, after, ...texts } = part;
  const asWritten = {
    ...texts,
    details: storedJson(details),
    before: storedJson(before),
    after: storedJson(after),
  };
  return personalHmac(key, auditId, asWritten) === hmac;
}

/**
 * Writes one audit record in the transaction of its change: the immutable part and, beside it, the personal one.
 * `key` is the installation's AUDIT_KEY. Gives the id of the record, which is time-ordered.
 */
export async function appendAudit(executor: SqlExecutor, key: string, entry: AuditEntry): Promise<string> {
  const { personal, at, occurrences = 1, ...facts } = entry;
  const id = timeOrderedId(at);
  const part = storedPart(personal);
  await insertRow(executor, 'AuditLog', {
    ...facts,
    id,
    timestamp: at,
    occurrences,
    personalHmac: personalHmac(key, id, part),
  });
  await insertRow(executor, 'AuditPersonal', { ...part, auditId: id, timestamp: at });
  return id;
}

import { limits, type AuditRecord, type InputOf } from '@slimy/contract';
import type { AuditFilter, AuditPersonalRow, AuditRow, AuditTrail, Repositories } from '@slimy/db';
import type { AuditVerification } from '../audit/verification.js';
import { personOf, type Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { requirePerson } from '../permissions/require-person.js';
import { isOfPerson } from '../write/audit-facts.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import type { AuditService } from './services.js';

interface AuditServiceParts {
  readonly repositories: Repositories;
  readonly writes: WritePath;
  readonly verification: AuditVerification;
  readonly clock: Clock;
}

const actorKinds: readonly AuditRecord['actorKind'][] = ['user', 'token', 'operator', 'bot', 'system'];
const EXPORT_PAGE = 500;

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : null;
}

function isOperator({ actor }: Caller): boolean {
  return actor.kind === 'user' && actor.operator;
}

function shownActor({ userId, discordId, displayName }: AuditPersonalRow): AuditRecord['actor'] {
  return userId === null && discordId === null ? null : { userId, discordId, displayName };
}

/** A record as the caller may see it: where somebody acted from is for themselves and operators. */
function shown(caller: Caller, row: AuditRow, ids: ReadonlyMap<string, string>): AuditRecord {
  const { personal, timestamp, actorKind, resourceId, ...facts } = row;
  const own = isOperator(caller) || (personal !== null && personal.userId === personOf(caller.actor)?.userId);
  return {
    sequence: facts.sequence,
    id: facts.id,
    at: timestamp,
    action: facts.action,
    resourceType: facts.resourceType,
    resourceId: resourceId === null ? null : (ids.get(resourceId) ?? resourceId),
    guildId: facts.guildId,
    success: facts.success,
    actorKind: actorKinds.find((kind) => kind === actorKind) ?? 'system',
    viaBot: facts.viaBot,
    occurrences: facts.occurrences,
    actor: personal && shownActor(personal),
    ipAddress: own ? (personal?.ipAddress ?? null) : null,
    userAgent: own ? (personal?.userAgent ?? null) : null,
    requestId: own ? (personal?.requestId ?? null) : null,
    details: objectOf(personal?.details),
    before: objectOf(personal?.before),
    after: objectOf(personal?.after),
    errorMessage: personal?.errorMessage ?? null,
  };
}

export function createAuditService({
  repositories,
  writes,
  verification,
  clock,
}: AuditServiceParts): AuditService {
  /** The part of the trail that the caller may see; the gate has checked the guild. */
  function trailOf(caller: Caller, guildId: string | undefined): AuditTrail {
    if (guildId !== undefined) return repositories.guild(guildId).audit;
    if (isOperator(caller)) return repositories.audit;
    return repositories.person(requirePerson(caller.actor).userId).audit;
  }

  /** Resources that are people are asked for by id and found by the name the trail has for them. */
  async function resourceOf(type: string | undefined, id: string | undefined): Promise<string | undefined> {
    if (id === undefined) return undefined;
    if (type === undefined) {
      throw new AppError('invalid_input', 'resourceId goes together with resourceType.', {
        fields: [{ path: ['resourceType'], message: 'is needed with resourceId' }],
      });
    }
    if (!isOfPerson(type)) return id;
    return (await repositories.users.byId(id))?.auditRef ?? id;
  }

  async function pageOf(
    caller: Caller,
    guildId: string | undefined,
    filter: AuditFilter,
    request: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    const resourceId = await resourceOf(filter.resourceType, filter.resourceId);
    const { items, nextCursor } = await trailOf(caller, guildId).page({ ...filter, resourceId }, request);
    const refs = items.flatMap((row) =>
      row.resourceId !== null && isOfPerson(row.resourceType) ? [row.resourceId] : [],
    );
    const people = refs.length > 0 ? await repositories.users.byAuditRefs(refs) : [];
    const ids = new Map(people.map(({ auditRef, id }) => [auditRef, id]));
    return { items: items.map((row) => shown(caller, row, ids)), nextCursor };
  }

  const recent = (caller: Caller, input: InputOf<'audit.recent'>) => {
    const { guildId, limit, cursor, ...filter } = input;
    return inServiceWords(() => pageOf(caller, guildId, filter, { limit, cursor }));
  };

  return {
    recent,

    failed: (caller, { guildId, limit, cursor, ...filter }) =>
      inServiceWords(() => pageOf(caller, guildId, { ...filter, success: false }, { limit, cursor })),

    byResource: (caller, { guildId, limit, cursor, ...filter }) =>
      inServiceWords(() => pageOf(caller, guildId, filter, { limit, cursor })),

    stats: (caller, { guildId, ...filter }) =>
      inServiceWords(async () => {
        const counts = await trailOf(caller, guildId).counts(filter);
        const actions = new Map<string, { action: string; succeeded: number; failed: number }>();
        for (const { action, success, count } of counts) {
          const sums = actions.get(action) ?? { action, succeeded: 0, failed: 0 };
          sums[success ? 'succeeded' : 'failed'] += count;
          actions.set(action, sums);
        }
        const sum = (how: 'succeeded' | 'failed') =>
          [...actions.values()].reduce((total, one) => total + one[how], 0);
        const [succeeded, failed] = [sum('succeeded'), sum('failed')];
        const total = succeeded + failed;
        const successRate = total === 0 ? null : succeeded / total;
        const frequent = [...actions.values()].sort(
          (a, b) => b.succeeded + b.failed - a.succeeded - a.failed || (a.action < b.action ? -1 : 1),
        );
        return { total, succeeded, failed, successRate, actions: frequent };
      }),

    export: async (caller, { cursor, ...filter }) => {
      const records: AuditRecord[] = [];
      let next = cursor ?? null;
      do {
        const limit = Math.min(EXPORT_PAGE, limits.auditExportMax - records.length);
        const page = await recent(caller, { ...filter, limit, ...(next !== null && { cursor: next }) });
        records.push(...page.items);
        next = page.nextCursor;
      } while (next !== null && records.length < limits.auditExportMax);
      const { guildId = null } = filter;
      await writes.change(caller, [], async (change) => {
        const details = { records: records.length };
        change.audit({
          action: 'audit.export',
          resourceType: 'audit',
          resourceId: guildId,
          guildId,
          details,
        });
      });
      const lines = records.map((record) => JSON.stringify({ ...record, sequence: String(record.sequence) }));
      return {
        fileName: `audit-${guildId ?? 'all'}-${clock.now().toISOString().slice(0, 10)}.jsonl`,
        contentType: 'application/x-ndjson',
        content: lines.map((line) => `${line}\n`).join(''),
        rowCount: records.length,
        nextCursor: next,
      };
    },

    verify: (_caller, { afterSeal }) => inServiceWords(() => verification.check(afterSeal)),
  };
}

import { z } from 'zod';
import { limits } from '../limits.js';
import { page, pageInput } from '../pages.js';
import { opaqueId, snowflake } from '../scalars.js';
import { mutation, query } from './procedure.js';

const auditName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_.-]+$/, 'must be a name as the audit trail shows it');

const instants = {
  from: z.date().optional(),
  /** Not included. */
  to: z.date().optional(),
};

/**
 * What a list of records asks for. With `guildId` that guild's records, for those with `view_audit` there; without
 * it one's own acts, for an operator everything.
 */
const auditFilter = {
  guildId: snowflake.optional(),
  /** The acting person. */
  userId: opaqueId.optional(),
  action: auditName.optional(),
  resourceType: auditName.optional(),
  /** Only together with `resourceType`. */
  resourceId: opaqueId.optional(),
  success: z.boolean().optional(),
  ...instants,
};

/** One act as the trail keeps it. The actor, details and changes are null once the person was erased. */
export const auditRecord = z.object({
  sequence: z.bigint(),
  id: z.string(),
  at: z.date(),
  action: z.string(),
  resourceType: z.string(),
  /** For people their id while they are known here, else the random name the trail has for them. */
  resourceId: z.string().nullable(),
  guildId: z.string().nullable(),
  success: z.boolean(),
  actorKind: z.enum(['user', 'token', 'operator', 'bot', 'system']),
  viaBot: z.boolean(),
  /** How often it happened: refusals are written once a minute with their count. */
  occurrences: z.int(),
  actor: z
    .object({
      userId: z.string().nullable(),
      discordId: z.string().nullable(),
      displayName: z.string().nullable(),
    })
    .nullable(),
  /** Only for the acting person and operators. */
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  errorMessage: z.string().nullable(),
});
export type AuditRecord = z.infer<typeof auditRecord>;

/** What verification can find wrong with the trail. */
export const auditFindings = [
  'row_edited',
  'row_removed',
  'row_inserted',
  'personal_part_edited',
  'seal_edited',
  'seal_removed',
  'chain_recomputed',
  'tail_cut',
  'removal_unproven',
] as const;

export const auditFinding = z.object({
  finding: z.enum(auditFindings),
  /** The seal it is about, from 1. */
  seal: z.bigint().nullable(),
  /** The record it is about. */
  sequence: z.bigint().nullable(),
  /** In words, for the operator. */
  message: z.string(),
});
export type AuditFinding = z.infer<typeof auditFinding>;

export const auditProcedures = {
  'audit.recent': query(
    z.strictObject({ ...auditFilter, ...pageInput(limits.auditPageMax) }),
    page(auditRecord),
  ),
  'audit.failed': query(
    z.strictObject({
      guildId: snowflake.optional(),
      action: auditName.optional(),
      ...instants,
      ...pageInput(limits.auditPageMax),
    }),
    page(auditRecord),
  ),
  'audit.byResource': query(
    z.strictObject({
      guildId: snowflake.optional(),
      resourceType: auditName,
      resourceId: opaqueId,
      ...pageInput(limits.auditPageMax),
    }),
    page(auditRecord),
  ),
  'audit.stats': query(
    z.strictObject({ guildId: snowflake.optional(), userId: opaqueId.optional(), ...instants }),
    z.object({
      total: z.int(),
      succeeded: z.int(),
      failed: z.int(),
      /** Share of what succeeded, 0 to 1; null for an empty trail. */
      successRate: z.number().nullable(),
      /** The most frequent first. */
      actions: z.array(z.object({ action: z.string(), succeeded: z.int(), failed: z.int() })),
    }),
  ),
  'audit.export': mutation(
    z.strictObject({ ...auditFilter, cursor: pageInput().cursor }),
    z.object({
      fileName: z.string(),
      contentType: z.literal('application/x-ndjson'),
      /** One JSON object a line, newest first. */
      content: z.string(),
      rowCount: z.int(),
      /** Where the next call goes on; null when this was all. */
      nextCursor: z.string().nullable(),
    }),
  ),
  'audit.verify': query(
    z.strictObject({
      /** The seal to go on behind, as the answer before gave it. */
      afterSeal: z.bigint().min(0n).max(limits.powerMax).default(0n),
    }),
    z.object({
      /** Whether nothing was found in this part of the trail. */
      intact: z.boolean(),
      findings: z.array(auditFinding),
      checkedSeals: z.int(),
      checkedRecords: z.int(),
      /** Records that are not sealed yet. */
      unsealedRecords: z.int(),
      /** Where to go on; null at the end of the trail. */
      nextSeal: z.bigint().nullable(),
    }),
  ),
} as const;

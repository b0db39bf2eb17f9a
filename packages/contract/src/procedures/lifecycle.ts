import { z } from 'zod';
import { limits } from '../limits.js';
import { page, pageInput } from '../pages.js';
import { done, noInput, opaqueId, readVersion, snowflake } from '../scalars.js';
import { mutation, query } from './procedure.js';

/** A file with everything that is kept about a person or a guild. */
export const dataExport = z.object({
  fileName: z.string(),
  contentType: z.literal('application/json'),
  content: z.string(),
  rowCount: z.int(),
});

const kind = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[a-z_]+$/, 'must be a kind as lifecycle.policies lists it');
const retentionAction = z.enum(['archive', 'delete']);
const policyDays = z.int().min(0).max(36_500);

/** How long rows of one kind are kept, with what we propose. */
export const retentionPolicy = z.object({
  kind: z.string(),
  /** Counts the changes; 0 while the standard holds. */
  version: z.int(),
  enabled: z.boolean(),
  action: retentionAction,
  /** Null keeps them for ever. */
  days: z.int().nullable(),
  /** What may be done with rows of this kind. */
  actions: z.array(retentionAction),
  proposal: z.object({ action: retentionAction, days: z.int() }),
  updatedAt: z.date().nullable(),
  lastRunAt: z.date().nullable(),
});
export type RetentionPolicy = z.infer<typeof retentionPolicy>;

export const archiveState = z.enum([
  'writing',
  'written',
  'deleting',
  'done',
  'restoring',
  'restored',
  'failed',
]);

/** A file of old rows, and how far it has come. */
export const listedArchive = z.object({
  id: opaqueId,
  kind: z.string(),
  state: archiveState,
  fileName: z.string(),
  fromInstant: z.date().nullable(),
  beforeInstant: z.date(),
  rowCount: z.bigint(),
  deletedCount: z.bigint(),
  bytes: z.bigint(),
  /** SHA-256 of the file. */
  contentHash: z.string().nullable(),
  schemaVersion: z.string(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
  finishedAt: z.date().nullable(),
});

export const lifecycleProcedures = {
  'lifecycle.policies': query(noInput, z.array(retentionPolicy)),
  'lifecycle.setPolicy': mutation(
    z.strictObject({
      kind,
      /** The version that was read; another one stored meanwhile is a `CONFLICT`. */
      version: readVersion,
      enabled: z.boolean(),
      action: retentionAction,
      days: policyDays.nullable(),
    }),
    retentionPolicy,
  ),
  'lifecycle.preview': query(
    z
      .strictObject({
        kind: kind.optional(),
        /** As if the policy of the kind were on with these days: before it deletes anything. */
        days: policyDays.optional(),
        /** Goes with `days`; without it the action is that of the policy. */
        action: retentionAction.optional(),
      })
      .superRefine((asked, context) => {
        const missing = (path: string, message: string) =>
          context.addIssue({ code: 'custom', path: [path], message });
        if (asked.days !== undefined && asked.kind === undefined) missing('kind', 'is needed with days');
        if (asked.action !== undefined && asked.days === undefined) missing('days', 'is needed with action');
      }),
    z.array(
      z.object({
        kind: z.string(),
        action: retentionAction,
        /** Rows older than this would go; null where nothing would. */
        before: z.date().nullable(),
        rows: z.int(),
        rowsIsLowerBound: z.boolean(),
        oldest: z.date().nullable(),
      }),
    ),
  ),
  'lifecycle.run': mutation(
    z.strictObject({ kind: kind.optional() }),
    /** The kinds whose job was enqueued. */
    z.object({ kinds: z.array(z.string()) }),
  ),
  'lifecycle.archives': query(z.strictObject({ kind: kind.optional(), ...pageInput() }), page(listedArchive)),
  'lifecycle.restoreArchive': mutation(
    z.strictObject({ archiveId: opaqueId }),
    z.object({ restored: z.int(), leftOut: z.int() }),
  ),
  'lifecycle.exportGuild': mutation(z.strictObject({ guildId: snowflake }), dataExport),
  'lifecycle.eraseGuild': mutation(
    z.strictObject({ guildId: snowflake, confirmName: z.string().max(limits.nameMax) }),
    done,
  ),
} as const;

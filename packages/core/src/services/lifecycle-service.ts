import type { RetentionPolicy } from '@slimy/contract';
import { repositories, type Database } from '@slimy/db';
import { personOf } from '../caller.js';
import type { DataExports } from '../lifecycle/data-export.js';
import type { GuildErasure } from '../lifecycle/guild-erasure.js';
import { policyOf, RETENTION_JOB, type Retention } from '../lifecycle/retention.js';
import { requireKind, requireTaken, retentionKinds } from '../lifecycle/retention-kinds.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import { changedMeanwhile } from './guild-settings-service.js';
import type { LifecycleService } from './services.js';

interface LifecycleServiceParts {
  readonly database: Database;
  readonly exports: DataExports;
  readonly writes: WritePath;
  readonly guildErasure: GuildErasure;
  readonly retention: Retention;
}

export function createLifecycleService(parts: LifecycleServiceParts): LifecycleService {
  const { database, exports, writes, guildErasure, retention } = parts;
  const repos = repositories(database);

  return {
    policies: () => inServiceWords(() => retention.policies()),

    async setPolicy(caller, { version, ...wanted }) {
      const kind = requireKind(wanted.kind);
      requireTaken(kind, wanted.action);
      return writes.change(caller, [], async (change) => {
        const policies = change.repositories.retentionPolicies;
        const stored = (await policies.all()).find((one) => one.kind === wanted.kind);
        const before = policyOf(kind, stored);
        const updatedById = personOf(caller.actor)?.userId ?? null;
        if (!(await policies.save({ ...wanted, updatedById }, version, change.now))) {
          throw changedMeanwhile(before.version);
        }
        const after = policyOf(
          kind,
          (await policies.all()).find((one) => one.kind === wanted.kind),
        );
        const facts = ({ enabled, action, days }: RetentionPolicy) => ({ enabled, action, days });
        change.audit({
          action: 'retention.set',
          resourceType: 'retention_policy',
          resourceId: wanted.kind,
          before: facts(before),
          after: facts(after),
        });
        return after;
      });
    },

    preview: (_caller, asked) => inServiceWords(() => retention.preview(asked)),

    async run(caller, { kind }) {
      const kinds = kind === undefined ? retentionKinds.map((one) => one.kind) : [requireKind(kind).kind];
      await writes.change(caller, [], async (change) => {
        for (const one of kinds) {
          const job = { kind: RETENTION_JOB, payload: { kind: one }, runAt: change.now, maxAttempts: 5 };
          await change.repositories.jobs.enqueue(job, change.now);
        }
        const details = { kinds };
        change.audit({
          action: 'retention.run',
          resourceType: 'retention_policy',
          resourceId: null,
          details,
        });
      });
      return { kinds };
    },

    archives: (_caller, { kind, limit, cursor }) =>
      inServiceWords(async () => {
        const { items, nextCursor } = await repos.archives.page(kind, { limit, cursor });
        return { items: [...items], nextCursor };
      }),

    restoreArchive: (caller, { archiveId }) => inServiceWords(() => retention.restore(caller, archiveId)),

    async exportGuild(caller, { guildId }) {
      const file = await inServiceWords(() => exports.answer({ guildId }));
      await writes.change(caller, [], async (change) => {
        const details = { rows: file.rowCount };
        change.audit({
          action: 'guild.export',
          resourceType: 'guild',
          resourceId: guildId,
          guildId,
          details,
        });
      });
      return file;
    },

    async eraseGuild(caller, { guildId, confirmName }) {
      await guildErasure.erase(caller, guildId, confirmName);
      return { ok: true };
    },
  };
}

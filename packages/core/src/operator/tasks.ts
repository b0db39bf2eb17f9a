import { join } from 'node:path';
import type { Cache } from '@slimy/cache';
import { isSnowflake } from '@slimy/contract';
import { jobStates, type Database, type Repositories, type UserRow } from '@slimy/db';
import { z } from 'zod';
import { makeBackup, type BackupParts } from '../backup/backup.js';
import type { AuditVerification } from '../audit/verification.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { DataExports } from '../lifecycle/data-export.js';
import type { KeyRotation } from '../identity/discord/key-rotation.js';
import type { GuildErasure } from '../lifecycle/guild-erasure.js';
import type { PersonErasure } from '../lifecycle/person-erasure.js';
import { requireKind, retentionKinds, type RetentionKind } from '../lifecycle/retention-kinds.js';
import type { Retention } from '../lifecycle/retention.js';
import { endRestore } from '../process/unfinished-restore.js';
import type { SystemService } from '../services/services.js';
import type { WritePath } from '../write/write-path.js';
import { scanCache } from './cache-scan.js';
import { operatorTask, type OperatorTasks, type TaskRun } from './task.js';

interface OperatorTaskParts {
  readonly database: Database;
  readonly repositories: Repositories;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly exports: DataExports;
  readonly erasure: PersonErasure;
  readonly guildErasure: GuildErasure;
  readonly keyRotation: KeyRotation;
  readonly retention: Retention;
  readonly backup: BackupParts;
  readonly writes: WritePath;
  readonly system: SystemService;
  readonly verification: AuditVerification;
}

/** Somebody by the id of their row or by their Discord id. */
const person = z.string().min(1).max(64);

async function personNamed({ users }: Repositories, named: string): Promise<UserRow> {
  const found = (await users.byId(named)) ?? (isSnowflake(named) ? await users.byDiscordId(named) : null);
  if (found) return found;
  throw new AppError('not_found', `Nobody is known here as ${named}.`, {
    remedy: 'Name the person by their Discord id or by the id they have here.',
  });
}

const nothing = z.strictObject({});
const JOBS_A_PAGE = 100;
const names = z.array(z.string().min(1).max(512)).max(100);

/** Carries the policies out, of one kind or of each; recorded when it begins, as it is where a job does it. */
async function carryOut(
  { retention, writes }: Pick<OperatorTaskParts, 'retention' | 'writes'>,
  only: RetentionKind | null,
  { caller, progress, signal }: TaskRun,
): Promise<{ readonly kind: string; readonly rows: number }[]> {
  const names = (only ? [only] : retentionKinds).map(({ kind }) => kind);
  await writes.change(caller, [], async (change) => {
    const act = { action: 'retention.run', resourceType: 'retention_policy', resourceId: null };
    change.audit({ ...act, details: { kinds: names } });
  });
  const kinds = [];
  const failures: unknown[] = [];
  for (const kind of names) {
    if (signal.aborted) break;
    progress({ step: kind, done: 0, total: null });
    try {
      const told = (done: number) => progress({ step: kind, done, total: null });
      kinds.push({ kind, rows: await retention.run(kind, { signal, progress: told }) });
    } catch (error) {
      // One that fails holds none of the others up.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return kinds;
}

/** What the command line can have done, by this process or by a running server on its behalf. */
export function operatorTasks(parts: OperatorTaskParts): OperatorTasks {
  const { system, verification } = parts;
  return new Map([
    [
      'audit.verify',
      operatorTask(nothing, async (_input, { progress, signal }) => {
        const sums = { seals: 0, records: 0, unsealed: 0 };
        const findings = [];
        for (let next: bigint | null = 0n; next !== null && !signal.aborted;) {
          const part: Awaited<ReturnType<AuditVerification['check']>> = await verification.check(next);
          findings.push(...part.findings);
          sums.seals += part.checkedSeals;
          sums.records += part.checkedRecords;
          sums.unsealed += part.unsealedRecords;
          progress({ step: 'records', done: sums.records, total: null });
          next = part.nextSeal;
        }
        return {
          intact: findings.length === 0,
          ...sums,
          findings: findings.map(({ seal, sequence, ...rest }) => ({
            ...rest,
            seal: seal === null ? null : String(seal),
            sequence: sequence === null ? null : String(sequence),
          })),
        };
      }),
    ],
    ['cache.stats', operatorTask(nothing, (_input, { caller }) => system.cacheStats(caller, undefined))],
    [
      'cache.explain',
      operatorTask(z.strictObject({ key: z.string().min(1).max(512) }), (input, { caller }) =>
        system.cacheExplain(caller, input),
      ),
    ],
    [
      'cache.invalidate',
      operatorTask(
        z.strictObject({ keys: names, tags: names, pattern: z.string().max(512).optional() }),
        (input, { caller }) => system.cacheInvalidate(caller, input),
      ),
    ],
    [
      'cache.scan',
      operatorTask(
        z.strictObject({ pattern: z.string().min(1).max(512), invalidate: z.boolean() }),
        (input, run) => scanCache(parts, input, run),
      ),
    ],
    [
      'user.export',
      operatorTask(
        z.strictObject({ person, file: z.string().min(1).max(4096) }),
        async ({ person: named, file }, { caller, progress }) => {
          const { id } = await personNamed(parts.repositories, named);
          const rowCount = await parts.exports.write(file, { userId: id }, progress);
          await parts.writes.change(caller, [], async (change) => {
            const details = { rows: rowCount };
            change.audit({ action: 'user.export', resourceType: 'user', resourceId: id, details });
          });
          return { file, rowCount };
        },
      ),
    ],
    [
      'guild.export',
      operatorTask(
        z.strictObject({ guildId: z.string().max(32), file: z.string().min(1).max(4096) }),
        async ({ guildId, file }, { caller, progress }) => {
          if ((await parts.repositories.guild(guildId).row()) === null) {
            throw new AppError('not_found', `There is no server ${guildId} here.`);
          }
          const rowCount = await parts.exports.write(file, { guildId }, progress);
          await parts.writes.change(caller, [], async (change) => {
            const details = { rows: rowCount };
            const resource = { resourceType: 'guild', resourceId: guildId, guildId };
            change.audit({ action: 'guild.export', ...resource, details });
          });
          return { file, rowCount };
        },
      ),
    ],
    [
      'user.erase',
      operatorTask(
        z.strictObject({ person, confirm: z.string().max(200) }),
        async ({ person: named, confirm }, { caller, progress, signal }) => {
          const { id } = await personNamed(parts.repositories, named);
          const finished = await parts.erasure.erase(caller, id, confirm, { progress, signal });
          return { erased: true, finished };
        },
      ),
    ],
    [
      'archive',
      operatorTask(
        z
          .strictObject({
            kind: z.string().max(32).optional(),
            preview: z.boolean(),
            days: z.int().min(0).max(36_500).optional(),
          })
          .refine(({ kind, preview, days }) => days === undefined || (preview && kind !== undefined), {
            path: ['days'],
            message: 'goes with a kind and --preview',
          }),
        async ({ kind, preview, days }, run) => {
          const { retention } = parts;
          if (preview) return { kinds: await retention.preview({ kind, days }) };
          return { kinds: await carryOut(parts, kind === undefined ? null : requireKind(kind), run) };
        },
      ),
    ],
    [
      'backup',
      operatorTask(
        z.strictObject({ folder: z.string().max(4096).optional() }),
        async ({ folder }, { caller, progress, signal }) => {
          const now = parts.clock.now();
          const name = now.toISOString().replaceAll(/[:.]/g, '-');
          const target = folder ?? join(parts.backup.settings.DATA_DIR, 'backups', name);
          const result = await makeBackup(target, parts.backup, { now, progress, signal });
          await parts.writes.change(caller, [], async (change) => {
            const { rows, files, missing } = result;
            const details = { rows, files, missing: missing.length };
            change.audit({ action: 'backup.make', resourceType: 'backup', resourceId: null, details });
          });
          return result;
        },
      ),
    ],
    [
      'restore.finish',
      operatorTask(
        z.strictObject({
          erasedList: z.string().min(1).max(4096).nullable(),
          restored: z.strictObject({
            rows: z.int(),
            files: z.int(),
            missing: z.int(),
            headsSetAside: z.string().nullable(),
          }),
        }),
        async ({ erasedList, restored }, { caller }) => {
          const erased = erasedList === null ? 0 : await parts.erasure.eraseListed(erasedList);
          const erasedGuilds = erasedList === null ? 0 : await parts.guildErasure.eraseListed(erasedList);
          await parts.writes.change(caller, [], async (change) => {
            const details = { ...restored, erased, erasedGuilds, listOfErased: erasedList !== null };
            change.audit({ action: 'backup.restore', resourceType: 'backup', resourceId: null, details });
          });
          await endRestore(parts.database);
          return { erased, erasedGuilds };
        },
      ),
    ],
    [
      'jobs.list',
      operatorTask(
        z.strictObject({ state: z.enum(jobStates), cursor: z.string().max(512).optional() }),
        ({ state, cursor }, { caller }) => system.jobs(caller, { state, cursor, limit: JOBS_A_PAGE }),
      ),
    ],
    [
      'jobs.retry',
      operatorTask(z.strictObject({ id: z.string().min(1).max(64) }), ({ id }, { caller }) =>
        system.jobRetry(caller, { jobId: id }),
      ),
    ],
    [
      'keys.rotate',
      operatorTask(z.strictObject({ to: z.string().min(1).max(32) }), ({ to }, run) =>
        parts.keyRotation.rotate(to, run),
      ),
    ],
    ['cache.clear', operatorTask(nothing, (_input, { caller }) => system.cacheClear(caller, undefined))],
  ]);
}

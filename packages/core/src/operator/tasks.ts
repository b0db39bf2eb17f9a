import { z } from 'zod';
import type { AuditVerification } from '../audit/verification.js';
import type { SystemService } from '../services/services.js';
import { operatorTask, type OperatorTasks } from './task.js';

interface OperatorTaskParts {
  readonly system: SystemService;
  readonly verification: AuditVerification;
}

const nothing = z.strictObject({});
const names = z.array(z.string().min(1).max(512)).max(100);

/** What the command line can have done, by this process or by a running server on its behalf. */
export function operatorTasks({ system, verification }: OperatorTaskParts): OperatorTasks {
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
    ['cache.clear', operatorTask(nothing, (_input, { caller }) => system.cacheClear(caller, undefined))],
  ]);
}

import type { Settings } from '@slimy/config';
import type { CheckResult } from './check.js';
import { databaseChecks } from './database.js';
import { machineChecks } from './machine.js';
import { serviceChecks } from './services.js';

const marks = { ok: 'ok  ', warning: 'WARN', failed: 'FAIL' } as const;

/** Looks at every part the program stands on. Changes nothing; the settings themselves were read before. */
export async function examine(settings: Settings): Promise<readonly CheckResult[]> {
  return [
    ...(await machineChecks(settings)),
    ...(await databaseChecks(settings)),
    ...(await serviceChecks(settings)),
  ];
}

/** The findings as lines for people: what is wrong, and under it what to do. */
export function diagnosis(results: readonly CheckResult[]): string[] {
  return results.flatMap(({ name, state, message, remedy }) => [
    `${marks[state]} ${name}: ${message}`,
    ...(remedy === null ? [] : [`       ${remedy}`]),
  ]);
}

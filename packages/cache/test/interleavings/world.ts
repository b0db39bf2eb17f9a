import { setTimeout } from 'node:timers/promises';
import { Gate } from '../support/gate.ts';

/** A process as a schedule sees it. */
export interface ProcessUnderTest {
  read(key: string, load: () => Promise<number>, strict: boolean): Promise<number>;
  /** Resolves to whether it is confirmed. */
  invalidate(key: string, way: Way): Promise<boolean>;
  lose(): Promise<void>;
  regain(): Promise<void>;
}

export type Way = 'key' | 'tag' | 'prefix';

/** What can happen in a schedule; the number names the process. */
export type Step =
  | 'load-starts-1'
  | 'load-ends-1'
  | 'load-starts-2'
  | 'load-ends-2'
  | 'write'
  | 'invalidate-2'
  | 'read-1'
  | 'read-2'
  | 'evict'
  | 'lose-1'
  | 'regain-1'
  | 'lose-2'
  | 'regain-2';

export interface Violation {
  readonly schedule: readonly Step[];
  readonly way: Way;
  readonly step: string;
  readonly expectedAtLeast: number;
  readonly got: number;
}

export interface Surroundings {
  readonly processes: readonly [ProcessUnderTest, ProcessUnderTest];
  /** Lets Redis lose markers or values of a key. */
  evict(key: string): Promise<void>;
}

/** A load that has read the database and not come back yet. */
interface Held {
  readonly end: Gate;
  readonly result: Promise<number>;
}

/** How long a schedule waits for somebody who may share a held load. */
const heldMs = 10;

/**
 * Carries out one schedule on a key of its own, and says where a reader got a value that a
 * confirmed invalidation had ended before the reader began.
 */
export async function carryOut(
  surroundings: Surroundings,
  schedule: readonly Step[],
  way: Way,
  key: string,
): Promise<Violation[]> {
  const { processes } = surroundings;
  const violations: Violation[] = [];
  const held = new Map<number, Held>();
  let database = 1;
  /** The version that readers must at least see, since a confirmed invalidation. */
  let confirmed = 0;
  /** The same for readers in the process that invalidated, confirmed or not. */
  let confirmedInSecond = 0;

  const check = (step: string, got: number, expectedAtLeast: number): void => {
    if (got < expectedAtLeast) {
      violations.push({ schedule, way, step, expectedAtLeast, got });
    }
  };
  const waiting: Promise<void>[] = [];
  /** Whoever shares a load that the schedule holds waits for it; the schedule goes on. */
  const othersHeld = (index: number): Promise<void> =>
    [...held.keys()].some((other) => other !== index) ? setTimeout(heldMs) : new Promise(() => {});
  const start = async (process: ProcessUnderTest, index: number): Promise<void> => {
    const began = new Gate();
    const end = new Gate();
    const load = async (): Promise<number> => {
      const seen = database;
      began.open();
      await end.passed;
      return seen;
    };
    const floor = index === 2 ? confirmedInSecond : 0;
    const result = process.read(key, load, false);
    held.set(index, { end, result });
    // Another process may serve what it holds until word of the invalidation arrives.
    const checked = result.then((value) => check(`load-starts-${index}`, value, floor));
    waiting.push(checked);
    await Promise.race([checked, began.passed, othersHeld(index)]);
  };
  const finish = async (index: number): Promise<void> => {
    const load = held.get(index);
    load?.end.open();
    await Promise.race([load?.result, othersHeld(index)]);
    held.delete(index);
  };
  const readOnce = async (
    name: string,
    process: ProcessUnderTest,
    strict: boolean,
    floor: number,
  ): Promise<void> => {
    const got = process.read(key, async () => database, strict);
    const checked = got.then((value) => check(name, value, floor));
    waiting.push(checked);
    await Promise.race([checked, othersHeld(0)]);
  };
  const read = async (process: ProcessUnderTest, index: number): Promise<void> => {
    const ownFloor = index === 2 ? confirmedInSecond : 0;
    await readOnce(`strict read-${index}`, process, true, Math.max(confirmed, ownFloor));
    if (index === 2) {
      await readOnce(`read-${index}`, process, false, ownFloor);
    }
  };
  const actions: Record<Step, () => Promise<void>> = {
    'load-starts-1': () => start(processes[0], 1),
    'load-ends-1': () => finish(1),
    'load-starts-2': () => start(processes[1], 2),
    'load-ends-2': () => finish(2),
    write: async () => {
      database += 1;
    },
    'invalidate-2': async () => {
      const version = database;
      confirmedInSecond = version;
      if (await processes[1].invalidate(key, way)) {
        confirmed = Math.max(confirmed, version);
      }
    },
    'read-1': () => read(processes[0], 1),
    'read-2': () => read(processes[1], 2),
    evict: () => surroundings.evict(key),
    'lose-1': () => processes[0].lose(),
    'regain-1': () => processes[0].regain(),
    'lose-2': () => processes[1].lose(),
    'regain-2': () => processes[1].regain(),
  };
  for (const step of schedule) {
    await actions[step]();
  }
  await finish(1);
  await finish(2);
  await Promise.all(waiting);
  for (const [index, process] of processes.entries()) {
    const strict = await process.read(key, async () => database, true);
    check(`strict read in ${index + 1} at the end`, strict, confirmed);
  }
  return violations;
}

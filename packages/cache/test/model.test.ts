import { shortOrLong } from '@slimy/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cache, Consistency } from '../src/index.ts';
import { ManualClock } from './support/manual-clock.ts';
import { describeOnEachStore } from './support/stores.ts';

const guilds = ['1', '2'];
const kinds = ['name', 'members'];
const tags = ['even', 'odd'];
const keys = guilds.flatMap((guild) => kinds.map((kind) => `guild:${guild}:${kind}`));

const consistency = fc.constantFrom<Consistency[]>('default', 'confirmed', 'strict');
const key = fc.constantFrom(...keys);
const process = fc.nat({ max: 1 });

const operation = fc.oneof(
  fc.record({ kind: fc.constant('change'), key }),
  fc.record({ kind: fc.constant('read'), key, process, consistency }),
  fc.record({ kind: fc.constant('read-all'), process, consistency }),
  fc.record({ kind: fc.constant('set'), key, process }),
  fc.record({ kind: fc.constant('invalidate-key'), key, process }),
  fc.record({ kind: fc.constant('delete'), key, process }),
  fc.record({ kind: fc.constant('invalidate-tag'), tag: fc.constantFrom(...tags), process }),
  fc.record({ kind: fc.constant('invalidate-prefix'), guild: fc.constantFrom(...guilds), process }),
  fc.record({ kind: fc.constant('write'), key, process }),
  fc.record({ kind: fc.constant('clear'), process }),
  fc.record({ kind: fc.constant('wait'), seconds: fc.nat({ max: 400 }) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;

function tagOf(one: string): string {
  return keys.indexOf(one) % 2 === 0 ? 'even' : 'odd';
}

/** A plain map with commit times: what each key is now, and what readers must at least see. */
class Model {
  readonly now = new Map(keys.map((one) => [one, 1]));
  readonly floor = new Map(keys.map((one) => [one, 0]));
  /** The same for readers in the process that invalidated. */
  readonly ownFloor = [new Map<string, number>(), new Map<string, number>()];

  change(one: string): void {
    this.now.set(one, this.version(one) + 1);
  }

  version(one: string): number {
    return this.now.get(one) ?? 0;
  }

  confirm(changed: readonly string[], by: number): void {
    for (const one of changed) {
      this.floor.set(one, this.version(one));
      this.ownFloor[by]?.set(one, this.version(one));
    }
  }

  atLeast(one: string, by: number, consistency: Consistency): number {
    return (consistency !== 'default' ? this.floor.get(one) : this.ownFloor[by]?.get(one)) ?? 0;
  }
}

async function carryOut(
  step: Operation,
  caches: readonly Cache[],
  model: Model,
  clock: ManualClock,
): Promise<void> {
  const by = 'process' in step ? step.process : 0;
  const cache = caches[by];
  if (cache === undefined) {
    throw new Error('there are two processes');
  }
  const consistency = 'consistency' in step ? step.consistency : 'default';
  const check = (one: string, value: number): void => {
    expect(value).toBeGreaterThanOrEqual(model.atLeast(one, by, consistency));
    expect(value).toBeLessThanOrEqual(model.version(one));
  };
  switch (step.kind) {
    case 'change':
      model.change(step.key);
      break;
    case 'read': {
      const options = { tags: [tagOf(step.key)], consistency } as const;
      check(step.key, await cache.getOrSet(step.key, async () => model.version(step.key), options));
      break;
    }
    case 'read-all': {
      const load = async (missing: readonly string[]) =>
        new Map(missing.map((one) => [one, model.version(one)]));
      const values = await cache.getOrSetMany(keys, load, (one) => ({
        tags: [tagOf(one)],
        consistency,
      }));
      for (const [one, value] of values) {
        check(one, value ?? -1);
      }
      break;
    }
    case 'set':
      await cache.set(step.key, model.version(step.key), { tags: [tagOf(step.key)] });
      break;
    case 'invalidate-key':
    case 'delete':
      await (step.kind === 'delete' ? cache.delete(step.key) : cache.invalidateKeys([step.key]));
      model.confirm([step.key], by);
      break;
    case 'invalidate-tag':
      await cache.invalidateTags([step.tag]);
      model.confirm(
        keys.filter((one) => tagOf(one) === step.tag),
        by,
      );
      break;
    case 'invalidate-prefix':
      await cache.invalidatePattern(`guild:${step.guild}:*`);
      model.confirm(
        keys.filter((one) => one.startsWith(`guild:${step.guild}:`)),
        by,
      );
      break;
    case 'write':
      await cache.write({ keys: [step.key] }, async () => model.change(step.key));
      model.confirm([step.key], by);
      break;
    case 'clear':
      await cache.clear();
      model.confirm(keys, by);
      break;
    default:
      clock.advance(step.seconds * 1_000);
  }
}

describeOnEachStore('a plain map with commit times', (store) => {
  test('no sequence of operations reads what a confirmed invalidation has ended', async () => {
    await fc.assert(
      fc
        .asyncProperty(fc.array(operation, { minLength: 1, maxLength: 30 }), async (operations) => {
          const clock = new ManualClock();
          const options = { clock, ttlSeconds: 300, staleSeconds: 600 };
          const first = await store.open(options);
          const second = await store.open(options);
          const model = new Model();
          for (const step of operations) {
            await carryOut(step, [first, second], model, clock);
          }
        })
        .afterEach(() => store.reset()),
      { numRuns: shortOrLong(15, 1_000) },
    );
  });
});

// A process of a crew: one contender that does what the benchmark says.
import { setTimeout } from 'node:timers/promises';
import { contenders, isContenderName } from './contenders/index.js';
import type { BurstReport, CrewMessage, CrewOrder, CrewReport } from './crew-messages.js';

const [name = '', redisUrl = ''] = process.argv.slice(2);
if (!isContenderName(name)) throw new Error(`No contender is called ${name}.`);
const contender = await contenders[name]({ redisUrl, local: true });
const versions = new Map<number, (version: number) => void>();
let questions = 0;
const settlingMs = 500;

function report(message: CrewReport): void {
  process.send?.(message);
}

function databaseVersion(key: string): Promise<number> {
  questions += 1;
  const id = questions;
  return new Promise((resolve) => {
    versions.set(id, resolve);
    report({ report: 'database', id, key });
  });
}

async function burst(order: Extract<CrewOrder, { order: 'burst' }>): Promise<BurstReport> {
  let loads = 0;
  const load = async (): Promise<unknown> => {
    loads += 1;
    await setTimeout(order.loadMs);
    if (order.fails) throw new Error('the database is away');
    return { loaded: true };
  };
  const startedAt = performance.now();
  const results = await Promise.allSettled(
    Array.from({ length: order.callers }, () => contender.getOrSet(order.key, load, { ttlMs: order.ttlMs })),
  );
  const milliseconds = performance.now() - startedAt;
  const errors = results.filter(({ status }) => status === 'rejected').length;
  // Loads in the background count too.
  await setTimeout(settlingMs);
  return { loads, errors, milliseconds };
}

async function carryOut(order: CrewOrder): Promise<unknown> {
  switch (order.order) {
    case 'burst':
      return burst(order);
    case 'hold':
      return contender.getOrSet(
        order.key,
        () => {
          report({ report: 'holding' });
          return new Promise(() => {});
        },
        { ttlMs: order.ttlMs },
      );
    case 'read':
      return contender.getOrSet(order.key, async () => {
        const version = await databaseVersion(order.key);
        await setTimeout(order.loadMs);
        return { version };
      });
    default:
      return contender.invalidateKey(order.key);
  }
}

async function answer(id: number, order: CrewOrder): Promise<void> {
  const value = await carryOut(order).catch((error: unknown) => ({ error: String(error) }));
  report({ report: 'done', id, value: value ?? null });
}

process.on('message', (message: CrewMessage) => {
  if ('order' in message) {
    void answer(message.id, message.order);
  } else {
    versions.get(message.id)?.(message.version);
    versions.delete(message.id);
  }
});
process.on('disconnect', () => process.exit());
// Some libraries reject where nobody waits, when their connection goes.
process.on('unhandledRejection', () => {});
report({ report: 'ready' });

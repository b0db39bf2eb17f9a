// A process of the chaos run: writes and reads through a cache until it is told to be calm, or killed.
import { setTimeout } from 'node:timers/promises';
import { createCache, type PendingInvalidation, type Touch } from '../../src/index.ts';
import type { Floor, Message, Request, Score } from './messages.ts';

const [url = '', prefix = '', role = 'reader', keyCount = '20'] = process.argv.slice(2);
const keys = Array.from({ length: Number(keyCount) }, (_, index) => `guild:${index}:state`);
const answers = new Map<number, (answer: never) => void>();
let questions = 0;
const rest = new AbortController();

function ask<Answer>(request: Request): Promise<Answer> {
  questions += 1;
  const id = questions;
  return new Promise((resolve) => {
    answers.set(id, resolve);
    process.send?.({ id, request });
  });
}

const cache = createCache({
  redis: { url },
  prefix,
  retryDelayMs: 200,
  journal: {
    append: (pending) => ask({ ask: 'journal-append', pending }),
    settle: (ids) => ask({ ask: 'journal-settle', ids }),
    pending: (limit) => ask<readonly PendingInvalidation[]>({ ask: 'journal-pending', limit }),
  },
});

function tagsOf(index: number): string[] {
  return [`quarter-${index % 4}`];
}

let score: Score & { errors: string[] } = emptyScore();

function emptyScore() {
  return {
    strictReads: 0,
    staleStrictReads: 0,
    defaultReads: 0,
    lateDefaultReads: 0,
    latestDefaultMs: 0,
    writes: 0,
    pendingWrites: 0,
    errors: [],
  };
}

async function read(index: number, strict: boolean): Promise<void> {
  const key = keys[index] ?? '';
  const floor = await ask<Floor>({ ask: 'floor', key });
  const startedAt = performance.now();
  const value = await cache.getOrSet(key, () => ask<number>({ ask: 'read', key }), {
    tags: tagsOf(index),
    consistency: strict ? (index % 2 === 0 ? 'strict' : 'confirmed') : 'default',
  });
  const late = value < floor.version;
  const lateMs = late ? floor.sinceMs + performance.now() - startedAt : 0;
  score = {
    ...score,
    strictReads: score.strictReads + (strict ? 1 : 0),
    staleStrictReads: score.staleStrictReads + (strict && late ? 1 : 0),
    defaultReads: score.defaultReads + (strict ? 0 : 1),
    lateDefaultReads: score.lateDefaultReads + (!strict && late ? 1 : 0),
    latestDefaultMs: strict ? score.latestDefaultMs : Math.max(score.latestDefaultMs, lateMs),
  };
}

async function write(index: number): Promise<void> {
  const key = keys[index] ?? '';
  const quarter = keys.filter((_, other) => other % 4 === index % 4);
  const touches: readonly (readonly [Touch, readonly string[]])[] = [
    [{ keys: [key] }, [key]],
    [{ tags: tagsOf(index) }, quarter],
    [{ patterns: [`guild:${index}:*`] }, [key]],
  ];
  const [touch, changed] = touches[Math.floor(Math.random() * touches.length)] ?? [{}, []];
  const { value, outcome } = await cache.write(touch, (pending) =>
    ask<readonly number[]>({ ask: 'commit', keys: changed, pending }),
  );
  if (outcome === 'confirmed') {
    await ask({ ask: 'confirmed', keys: changed, versions: value });
  }
  score = {
    ...score,
    writes: score.writes + 1,
    pendingWrites: score.pendingWrites + (outcome === 'pending' ? 1 : 0),
  };
}

async function live(): Promise<void> {
  while (!rest.signal.aborted) {
    const index = Math.floor(Math.random() * keys.length);
    try {
      await (role === 'writer' && Math.random() < 0.3 ? write(index) : read(index, Math.random() < 0.5));
    } catch (error) {
      score.errors.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
    await setTimeout(Math.random() * 4);
  }
}

/** Every key as this process reads it now. */
async function readAll(): Promise<void> {
  await cache.ready(20_000);
  const values = await Promise.all(
    keys.map((key, index) =>
      cache.getOrSet(key, () => ask<number>({ ask: 'read', key }), { tags: tagsOf(index) }),
    ),
  );
  await report();
  process.send?.({ values });
}

process.on('message', (message: Message) => {
  switch (message.say) {
    case 'answer': {
      const answer: { readonly answer: never } = JSON.parse(JSON.stringify(message));
      answers.get(message.id)?.(answer.answer);
      answers.delete(message.id);
      break;
    }
    case 'calm':
      rest.abort();
      break;
    default:
      void readAll();
  }
});

async function report(): Promise<void> {
  const sent = score;
  score = emptyScore();
  await ask({ ask: 'score', score: sent });
}

setInterval(() => {
  void report();
  void cache.replay().catch(() => {});
}, 500);
for (let worker = 0; worker < 4; worker += 1) {
  void live();
}

import { parseArgs } from 'node:util';
import { runIngestBenchmark } from './ingest/run.js';
import { runCacheBenchmark } from './cache/run.js';
import { runLoadBenchmark } from './load/run.js';
import { runListsBenchmark } from './lists/run.js';
import { runRpcBenchmark } from './rpc/run.js';
import { runStartBenchmark } from './start/run.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    rate: { type: 'string', default: '300' },
    rows: { type: 'string', default: '1000000' },
    quick: { type: 'boolean', default: false },
  },
});
const benchmarks = new Map<string, () => Promise<void>>([
  ['lists', () => runListsBenchmark({ rounds: Number(values.rounds ?? 5), rows: Number(values.rows) })],
  ['ingest', () => runIngestBenchmark({ rounds: Number(values.rounds ?? 5) })],
  ['cache', () => runCacheBenchmark({ rounds: Number(values.rounds ?? 15), quick: values.quick })],
  ['start', () => runStartBenchmark({ rounds: Number(values.rounds ?? 3) })],
  [
    'rpc',
    () => runRpcBenchmark({ rounds: Number(values.rounds ?? 5), seconds: Number(values.seconds ?? 4) }),
  ],
  ['load', () => runLoadBenchmark({ rate: Number(values.rate), seconds: Number(values.seconds ?? 60) })],
]);
const run = benchmarks.get(positionals[0] ?? '');
if (run) {
  // Private servers do not keep the process alive; what waits for them to stop must.
  const alive = setInterval(() => undefined, 1000);
  await run().finally(() => clearInterval(alive));
} else {
  console.error(
    `Name a benchmark: ${[...benchmarks.keys()].join(', ')}. Example: npm run bench -- rpc --rounds 5`,
  );
  process.exitCode = 2;
}

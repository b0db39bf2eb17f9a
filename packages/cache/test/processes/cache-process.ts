// A process with a cache that a test kills in the middle of something.
import { createCache } from '../../src/index.ts';
import type { Order, Report } from './messages.ts';

const [url = '', prefix = '', writeMarkMs = '5000'] = process.argv.slice(2);
const cache = createCache({
  redis: { url },
  prefix,
  limits: { hedgeMs: 3_000, commandMs: 5_000, writeMarkMs: Number(writeMarkMs) },
});
const forever = new Promise<never>(() => {});

function report(message: Report): void {
  process.send?.(message);
}

process.on('message', (message: Order) => {
  switch (message.order) {
    case 'hold-load':
      void cache.getOrSet(message.key, () => {
        report({ report: 'load-began' });
        return forever;
      });
      break;
    case 'hold-write':
      void cache.write({ tags: [message.tag] }, (pending) => {
        report({ report: 'in-change', pending });
        return forever;
      });
      break;
    default:
  }
});

await cache.ready(10_000);
report({ report: 'ready' });
setInterval(() => {}, 60_000);

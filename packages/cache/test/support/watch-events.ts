import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { cacheChannel, type CacheEvent } from '../../src/index.ts';

function isCacheEvent(message: unknown): message is CacheEvent {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

/** Runs `work` and gives it every event that caches publish meanwhile. */
export async function watchingEvents(work: (events: readonly CacheEvent[]) => Promise<void>): Promise<void> {
  const events: CacheEvent[] = [];
  const listen = (message: unknown): void => {
    if (isCacheEvent(message)) {
      events.push(message);
    }
  };
  subscribe(cacheChannel, listen);
  try {
    await work(events);
  } finally {
    unsubscribe(cacheChannel, listen);
  }
}

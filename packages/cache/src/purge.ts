import type { RedisParts } from './cache-parts.js';
import { withDeadline } from './redis/deadline.js';
import type { RedisPort } from './redis/port.js';
import { forgetScript } from './redis/scripts.js';

/** Milliseconds for the deletion of what one step of the scan found. */
const deletionMs = 2_000;

async function forget(port: RedisPort, names: readonly string[]): Promise<void> {
  if (names.length === 0) {
    return;
  }
  const deletion = port.clustered
    ? Promise.all(names.map((name) => port.run(forgetScript, [name], [])))
    : port.run(forgetScript, names, []);
  await withDeadline<unknown>(deletion, deletionMs);
}

/**
 * Deletes from Redis all entries, leases and epochs, which counts as a change of everything; and of what else is there
 * under the prefix whatever has one of the texts in its name. Resolves to whether Redis could be asked.
 */
export async function purgeRedis({ link, shared }: RedisParts, texts: readonly string[]): Promise<boolean> {
  if (!link.trusted) {
    return false;
  }
  const { names } = shared;
  const goes = (name: string): boolean => names.isSpare(name) || texts.some((text) => name.includes(text));
  const askedAt = performance.now();
  try {
    await link.port.eachKey(names.prefix, async (found): Promise<'on'> => {
      await forget(link.port, found.filter(goes));
      return 'on';
    });
  } catch (error) {
    link.failed(error, askedAt);
    return false;
  }
  shared.forgetAll();
  return true;
}

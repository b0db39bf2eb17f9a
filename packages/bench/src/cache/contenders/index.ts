import type { OpenContender } from '../contender.js';
import { openBentocache } from './bentocache.js';
import { openCachified } from './cachified.js';
import { openCacheable, openCacheManager } from './keyv-based.js';
import { openPlainLru, openPlainRedis } from './plain.js';
import { openSlimy, openSlimyStrict } from './slimy.js';

/** Every cache that is measured, by name. */
export const contenders = {
  slimy: openSlimy,
  'slimy, strict': openSlimyStrict,
  bentocache: openBentocache,
  cachified: openCachified,
  'cache-manager': openCacheManager,
  cacheable: openCacheable,
  'plain ioredis': openPlainRedis,
  'plain lru-cache': openPlainLru,
} as const satisfies Record<string, OpenContender>;

export type ContenderName = keyof typeof contenders;

export function isContenderName(name: string): name is ContenderName {
  return Object.hasOwn(contenders, name);
}

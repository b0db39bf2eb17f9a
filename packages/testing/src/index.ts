export { launchChromium } from './browser/chromium.js';
export { freePort } from './processes/free-port.js';
export { temporaryFolder } from './processes/temporary-folder.js';
export { type MariaDbOptions, type PrivateMariaDb, startMariaDb } from './servers/mariadb.js';
export { type PrivateRedis, type RedisOptions, startRedis } from './servers/redis.js';
export {
  describeOnBothSetups,
  describeOnEachCache,
  describeOnEachEngine,
  describeOnEachPair,
} from './variants/describe.js';
export type { CacheStore, Engine, VariantFixture } from './variants/fixture.js';

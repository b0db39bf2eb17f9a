export { launchChromium } from './browser/chromium.js';
export { ManualClock, type Clock } from './discord/clock.js';
export type { Fault } from './discord/faults.js';
export { startFakeDiscord, type FakeDiscord, type FakeDiscordOptions } from './discord/start.js';
export { textOf, type VisibleMessage } from './discord/visible-message.js';
export type { FakeInteraction } from './discord/interaction.js';
export type { FakeGuild, FakeMember, FakePerson, FakeRole } from './discord/world-types.js';
export { presentMember, type PresentMember } from './factories/gateway-facts.js';
export { guildRow, type GuildFacts, type GuildRowInput } from './factories/guilds.js';
export {
  membershipRow,
  type LadderRole,
  type MembershipFacts,
  type MembershipRowInput,
} from './factories/memberships.js';
export { crowd, personFacts, type PersonFacts } from './factories/people.js';
export { sessionRow, type SessionRowInput } from './factories/sessions.js';
export { smallWorld, type SmallWorld, type WorldPersonName } from './fixtures/small-world.js';
export { type VectorCase, vectorCases } from './fixtures/vectors.js';
export { freePort, isPortFree } from './processes/free-port.js';
export { temporaryFolder } from './processes/temporary-folder.js';
export { type MariaDbOptions, type PrivateMariaDb, startMariaDb } from './servers/mariadb.js';
export { type PrivateRedis, type RedisOptions, startRedis } from './servers/redis.js';
export { redisContents } from './servers/redis-contents.js';
export { type PrivateRedisCluster, startRedisCluster } from './servers/redis-cluster.js';
export { type PrivateRedisSentinel, startRedisSentinel } from './servers/redis-sentinel.js';
export {
  describeOnBothSetups,
  describeOnEachCache,
  describeOnEachEngine,
  describeOnEachPair,
} from './variants/describe.js';
export { KILL_POINTS_MS, killPoints, shortOrLong } from './variants/counts.js';
export { runSeed, seededRandom } from './variants/seeded-random.js';
export type { DatabaseTemplate } from './variants/database-template.js';
export { variantFixture, type CacheStore, type Engine, type VariantFixture } from './variants/fixture.js';

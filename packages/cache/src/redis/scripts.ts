import { createHash } from 'node:crypto';
import type { RedisScript } from './port.js';

function script(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/**
 * Gives dependencies a new epoch. A dependency with marks of writers (a sorted set) is left alone:
 * nothing that depends on it is served or stored while it is marked.
 * Arguments: epoch, its lifetime in ms (0 for ever), channel and message (or an empty channel).
 */
export const invalidateScript = script(`
for i = 1, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok ~= 'zset' then
    if ARGV[2] == '0' then
      redis.call('SET', KEYS[i], ARGV[1])
    else
      redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
    end
  end
end
if ARGV[3] ~= '' then
  redis.call('PUBLISH', ARGV[3], ARGV[4])
end
return 1
`);

/**
 * Marks dependencies as being written. The mark takes the place of the epoch, so that everything
 * that depends on it is dead at once and nothing new is stored until the last mark is gone.
 * Arguments: writer, lifetime of the mark in ms, channel and message (or an empty channel).
 */
export const markScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok ~= 'zset' then
    redis.call('DEL', KEYS[i])
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  redis.call('ZADD', KEYS[i], now + tonumber(ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
if ARGV[3] ~= '' then
  redis.call('PUBLISH', ARGV[3], ARGV[4])
end
return 1
`);

/**
 * Takes a writer's mark away; without other marks the dependency gets a new epoch.
 * Arguments: writer, epoch, its lifetime in ms, channel and message (or an empty channel).
 */
export const finishScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok == 'zset' then
    redis.call('ZREM', KEYS[i], ARGV[1])
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  end
  if redis.call('TYPE', KEYS[i]).ok ~= 'zset' then
    redis.call('SET', KEYS[i], ARGV[2], 'PX', ARGV[3])
  end
end
if ARGV[4] ~= '' then
  redis.call('PUBLISH', ARGV[4], ARGV[5])
end
return 1
`);

/**
 * Before a load: makes the epochs that are missing, and takes the lease of the key unless another
 * load holds it that began under the same epochs. The lease of a load that an invalidation has
 * overtaken holds nobody up.
 * Keys: dependencies (everything first), the lease. Arguments: new epoch, its lifetime in ms, owner
 * or an empty text, lifetime of the lease in ms. Answers the epochs (empty where a writer's mark
 * stands) and `won`, `lost` or `none`.
 */
export const prepareScript = script(`
local count = #KEYS - 1
local epochs = redis.call('MGET', unpack(KEYS, 1, count))
local marked = false
for i = 1, count do
  if not epochs[i] then
    local made
    if i == 1 then
      made = redis.call('SET', KEYS[i], ARGV[1], 'NX')
    else
      made = redis.call('SET', KEYS[i], ARGV[1], 'NX', 'PX', ARGV[2])
    end
    if made then
      epochs[i] = ARGV[1]
    else
      epochs[i] = ''
      marked = true
    end
  end
end
local lease = 'none'
if ARGV[3] ~= '' and not marked then
  local under = table.concat(epochs)
  local held = redis.call('GET', KEYS[count + 1])
  if held and string.sub(held, -#under) == under then
    lease = 'lost'
  else
    redis.call('SET', KEYS[count + 1], ARGV[3] .. under, 'PX', ARGV[4])
    lease = 'won'
  end
end
epochs[count + 1] = lease
return epochs
`);

/**
 * The same for the lease alone, where dependencies live on other nodes. Arguments: owner, all
 * epochs, lifetime of the lease in ms.
 */
export const leaseScript = script(`
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, -#ARGV[2]) == ARGV[2] then
  return 'lost'
end
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
return 'won'
`);

/** Deletes a lease if it still has this owner. */
export const releaseScript = script(`
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
`);

/** Prolongs a lease if it still has this owner. Arguments: owner, lifetime in ms. */
export const renewScript = script(`
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[1]) == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
`);

/**
 * Gives everything a new epoch when other servers hold the data than the last time somebody looked:
 * after a restart from a dump or a failover to a replica, old epochs and old values may be back.
 * Keys: the epoch of everything, the fingerprint. Arguments: fingerprint, epoch.
 */
export const adoptScript = script(`
if redis.call('GET', KEYS[2]) == ARGV[1] and redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[1])
return 1
`);

/** Counts within a fixed window that starts with its first call. Arguments: weight, limit, window in ms. */
export const windowScript = script(`
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local weight = tonumber(ARGV[1])
local allowed = 0
if used + weight <= tonumber(ARGV[2]) then
  allowed = 1
  used = redis.call('INCRBY', KEYS[1], weight)
  if used == weight then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
end
return { allowed, used, redis.call('PTTL', KEYS[1]) }
`);

/** Deletes keys, but for the marks of writers: those end by themselves within seconds. */
export const forgetScript = script(`
for i = 1, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok ~= 'zset' then
    redis.call('UNLINK', KEYS[i])
  end
end
return 1
`);

/** The scripts that the cache runs. */
export const cacheScripts = [
  invalidateScript,
  markScript,
  finishScript,
  prepareScript,
  leaseScript,
  releaseScript,
  renewScript,
  adoptScript,
  forgetScript,
] as const;

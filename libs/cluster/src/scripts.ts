// What is done in the engine, whole or not at all, with commands that Redis 7.0 has.
//
// KEYS[1] holds the nodes, each with the end of its lease; each further key a place in a limit: a field for each node, with how many
// sessions it has there. What a node had whose lease is over does not count. ARGV[1] is the node, ARGV[2] how long a lease lasts, ARGV[3]
// how long a key is kept that nobody uses, in milliseconds; the clock is the engine's. -1 says that the node has no lease.
import type { ScriptName } from './engine.ts';

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function lives(node)
  local ends = redis.call('ZSCORE', KEYS[1], node)
  return ends and tonumber(ends) > now
end`;

export const SCRIPTS: Readonly<Record<ScriptName, string>> = {
  /** One more at each place, limits of which follow (0 for none): 0, or the number of the first place that is full. */
  take: `${NOW}
if not lives(ARGV[1]) then return -1 end
for i = 2, #KEYS do
  local limit = tonumber(ARGV[i + 2])
  local all = redis.call('HGETALL', KEYS[i])
  local used = 0
  for j = 1, #all, 2 do
    if lives(all[j]) then used = used + tonumber(all[j + 1]) else redis.call('HDEL', KEYS[i], all[j]) end
  end
  if limit > 0 and used >= limit then return i - 1 end
end
for i = 2, #KEYS do
  redis.call('HINCRBY', KEYS[i], ARGV[1], 1)
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
return 0`,
  /** One less at each place. */
  give: `
for i = 2, #KEYS do
  if redis.call('HINCRBY', KEYS[i], ARGV[1], -1) <= 0 then redis.call('HDEL', KEYS[i], ARGV[1]) end
end
return 0`,
  /** The lease begins anew, unless it is over. */
  renew: `${NOW}
if not lives(ARGV[1]) then return -1 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return 0`,
  /** How many there are at each place, which follow; the lease begins. */
  sync: `${NOW}
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
for i = 2, #KEYS do
  if ARGV[i + 2] == '0' then
    redis.call('HDEL', KEYS[i], ARGV[1])
  else
    redis.call('HSET', KEYS[i], ARGV[1], ARGV[i + 2])
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
  end
end
return 0`,
  /** Keys are still used. */
  touch: `
for i = 2, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
return 0`,
  /** The leases of these nodes are over. */
  leave: `
redis.call('ZREM', KEYS[1], unpack(ARGV))
return 0`,
};

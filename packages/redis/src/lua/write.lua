--[[
Writes what TypeScript reduced: record, ticket, lease and events, together. Promises:
- Nothing is written unless the job is as it was when it was read (same number of events), and the caller's clock is
  right within 250 ms. The answer is then the job as it is, or the time, to reduce anew.
- The same request again, after its answer was lost, writes nothing and is told that it was done.
- A lease goes when the attempt is over, and no sooner.

KEYS  the events; ARGV  prefix, request, id, number of events expected, at, record, number of events after it,
      place ('ready' | 'due' | 'running' | 'final'), queue, score, runAt, template or '', attempt, forgetAt, key or '',
      events…
Answer  { now, 'done' } | { now, 'clock' } | { now, 'stale', record or '', start or '', leaseUntil or '' }
--]]
local request, id, expected, at = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local record, number, place, queue, score = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local runAt, template, attempt, forgetAt, uniqueKey = ARGV[11], ARGV[12], ARGV[13], ARGV[14], ARGV[15]

local key = prefix .. 'job:' .. id

ensureOwn()
ensure('job:' .. id, 'hash')
ensure('ready:' .. queue, 'zset')
local job = redis.call('HMGET', key, 'n', 'q', 'r', 'h', 'a')
if job[2] and string.find(job[2], request, 1, true) then return { now, 'done' } end
if job[1] ~= expected then
  return { now, 'stale', job[3] or '', job[4] or '', redis.call('ZSCORE', prefix .. 'leases', id) or '' }
end
if math.abs(now - at) > 250 then return { now, 'clock' } end

local wasRunning = job[5]
-- The last requests, so that one whose answer was lost is known again.
local requests = string.sub(request .. ' ' .. (job[2] or ''), 1, 147)
redis.call('HSET', key, 'r', record, 'n', number, 'q', requests)
redis.call('HDEL', key, 'h')
for index = 16, #ARGV do
  local entry = redis.call('XADD', KEYS[1], '*', 'e', ARGV[index])
  pcall(redis.call, 'RPUSH', prefix .. 'log:' .. id, entry)
end

if place == 'running' then
  if wasRunning == attempt then return { now, 'done' } end
  redis.call('HSET', key, 'a', attempt)
  redis.call('HDEL', key, 't', 'x')
  redis.call('ZREM', prefix .. 'ready:' .. queue, id)
  redis.call('ZREM', prefix .. 'due', id)
  redis.call('ZREM', prefix .. 'expiry', id)
  return { now, 'done' }
end

redis.call('ZREM', prefix .. 'leases', id)
redis.call('HDEL', key, 'a')
if place == 'final' then
  redis.call('HDEL', key, 't', 'x', 's', 'k')
  redis.call('ZREM', prefix .. 'ready:' .. queue, id)
  redis.call('ZREM', prefix .. 'due', id)
  redis.call('ZREM', prefix .. 'expiry', id)
  redis.call('ZREM', prefix .. 'open', id)
  redis.call('ZADD', prefix .. 'forget', forgetAt, id)
  if uniqueKey ~= '' then redis.call('HSET', key, 'y', uniqueKey) end
  return { now, 'done' }
end

redis.call('HSET', key, 't', template, 's', score)
if place == 'due' then redis.call('ZADD', prefix .. 'due', runAt, id)
else redis.call('ZADD', prefix .. 'ready:' .. queue, score, id) end
wake(queue)
return { now, 'done' }

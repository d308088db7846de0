--[[
Writes what TypeScript reduced: record, ticket, lease and events, together; and, for a holder that is free with it,
grants the next job. Promises:
- Nothing is written unless the job is as it was when it was read (same number of events), and the caller's clock is
  right within 250 ms. The answer is then the job as it is, or the time, to reduce anew. Nothing is granted then.
- The same request again, after its answer was lost, writes nothing and is told that it was done.
- A lease goes when the attempt is over, and no sooner.

KEYS  the events; ARGV  prefix, again, request, id, number of events expected, at, record, number of events after it,
      place ('ready' | 'due' | 'running' | 'final'), queue, score, runAt, template or '', attempt, forgetAt, key or '',
      count of events, events…, and for the next job: request, lease in ms, worker as JSON, slot, pid, queues…
Answer  { now, 'done', … as grant.lua, if asked } | { now, 'clock' }
      | { now, 'stale', record or '', start or '', leaseUntil or '' }
--]]
local request, id, expected, at = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local record, number, place, queue, score = ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local runAt, template, attempt, forgetAt, uniqueKey = ARGV[12], ARGV[13], ARGV[14], ARGV[15], ARGV[16]
local key = prefix .. 'job:' .. id
local lastEvent = 17 + tonumber(ARGV[17])

local function done()
  if not ARGV[lastEvent + 1] then return { now, 'done' } end
  local nextRequest, lease, worker, slot, pid = unpack(ARGV, lastEvent + 1, lastEvent + 5)
  local holder = { request = nextRequest, lease = tonumber(lease), worker = worker, slot = slot, pid = pid }
  return { now, 'done', unpack(grant(holder, { unpack(ARGV, lastEvent + 6) })) }
end

local job = on('hash', 'HMGET', 'job:' .. id, 'n', 'q', 'r', 'h', 'a', 'p')
if job[2] and string.find(job[2], request, 1, true) then return done() end
if job[1] ~= expected then
  return { now, 'stale', job[3] or '', job[4] or '', on('zset', 'ZSCORE', 'leases', id) or '' }
end
if math.abs(now - at) > 250 then return { now, 'clock' } end

local wasRunning = job[5]
local positions = job[6] or ''
for index = 18, lastEvent do positions = append(id, positions, ARGV[index]) end
-- The last requests, so that one whose answer was lost is known again.
local requests = string.sub(request .. ' ' .. (job[2] or ''), 1, 147)
redis.call('HSET', key, 'r', record, 'n', number, 'q', requests, 'p', positions)

if not wasRunning then
  on('zset', 'ZREM', 'ready:' .. queue, id)
  on('zset', 'ZREM', 'due', id)
  if place == 'running' or place == 'final' then on('zset', 'ZREM', 'expiry', id) end
end
if place == 'running' then
  redis.call('HDEL', key, 'h', 't', 'x')
  if wasRunning ~= attempt then redis.call('HSET', key, 'a', attempt) end
elseif place == 'final' then
  redis.call('HDEL', key, 'h', 'a', 't', 'x', 's', 'k')
  if uniqueKey ~= '' then redis.call('HSET', key, 'y', uniqueKey) end
  on('zset', 'ZREM', 'leases', id)
  on('zset', 'ZREM', 'open', id)
  on('zset', 'ZADD', 'forget', forgetAt, id)
else
  redis.call('HDEL', key, 'h', 'a')
  redis.call('HSET', key, 't', template, 's', score)
  on('zset', 'ZREM', 'leases', id)
  if place == 'due' then on('zset', 'ZADD', 'due', runAt, id)
  else on('zset', 'ZADD', 'ready:' .. queue, score, id) end
  wake(queue, 1)
end
return done()

--[[
What time alone brings about. Promises, each in one step, at most 100 of a kind per call:
- tickets that came due are in their queue, and their waiters are awake
- finished jobs whose time is over are gone, with their key and the list of their events
- events older than the retention are trimmed, and the log remembers how far. No unfinished job is touched.
- workers that fell silent are off the list, and the log says so once
It decides nothing about jobs: those whose lease lapsed or whose time to start is over are answered, and TypeScript
writes what follows.

KEYS  the events; ARGV  prefix, again, retention in ms
Answer  { now, time of the next thing to do or '', ids with a lapsed lease, ids that expired }
--]]
local retention = tonumber(ARGV[3])

local function upTo(key)
  return on('zset', 'ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, 100)
end

for _, id in ipairs(upTo('due')) do
  local queue = release(id)
  if queue then wake(queue, 1) end
end

for _, id in ipairs(upTo('forget')) do
  on('zset', 'ZREM', 'forget', id)
  local ok, job = pcall(redis.call, 'HMGET', prefix .. 'job:' .. id, 'y', 'k', 'a')
  local isUnfinished = ok and not job.err and (job[2] or job[3])
  if not isUnfinished then
    local key = ok and not job.err and job[1]
    if key and on('hash', 'HGET', 'keys', key) == id then on('hash', 'HDEL', 'keys', key) end
    redis.call('DEL', prefix .. 'job:' .. id, prefix .. 'log:' .. id)
    on('zset', 'ZREM', 'jobs', id)
    on('zset', 'ZREM', 'open', id)
  end
end

local oldest = whole(math.max(0, now - retention))
local old = on('stream', 'XREVRANGE', 'events', '(' .. oldest .. '-0', '-', 'COUNT', 1)
if old[1] then
  redis.call('SET', prefix .. 'trimmed', old[1][1])
  on('stream', 'XTRIM', 'events', 'MINID', oldest .. '-0')
end

for _, worker in ipairs(upTo('beats')) do
  on('zset', 'ZREM', 'beats', worker)
  local seen = string.match(on('hash', 'HGET', 'workers', worker) or '', '^(%d+) ') or '0'
  on('hash', 'HDEL', 'workers', worker)
  on('stream', 'XADD', 'events', '*', 'e', '{"v":1,"type":"worker.lost","worker":' .. cjson.encode(worker) .. ',"lastSeen":'
    .. seen .. ',"at":' .. whole(now) .. '}')
end

local soonest
for _, key in ipairs({ 'due', 'forget', 'beats', 'leases', 'expiry' }) do
  local head = on('zset', 'ZRANGEBYSCORE', key, '(' .. whole(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  local score = tonumber(head[2])
  if score and score < 1e15 and (not soonest or score < soonest) then soonest = score end
end
return { now, soonest and whole(soonest) or '', upTo('leases'), upTo('expiry') }

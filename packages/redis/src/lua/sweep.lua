--[[
What time alone brings about. Promises, each in one step, at most 100 of a kind per call:
- tickets that came due are in their queue, and their waiters are awake
- finished jobs whose time is over are gone, with their key and the list of their events
- events older than the retention are trimmed, and the log remembers how far. No unfinished job is touched.
- workers that fell silent are off the list, and the log says so once
It decides nothing about jobs: those whose lease lapsed or whose time to start is over are answered, and TypeScript
writes what follows.

KEYS  the events; ARGV  prefix, retention in ms
Answer  { now, time of the next thing to do or '', ids with a lapsed lease, ids that expired }
--]]
local prefix, retention = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- What somebody left where a key of ours belongs is moved aside, and listed.
local function ensure(name, wanted)
  local found = redis.call('TYPE', prefix .. name)['ok']
  if found == wanted or found == 'none' then return end
  redis.call('RENAME', prefix .. name, prefix .. 'aside:' .. name)
  pcall(redis.call, 'LPUSH', prefix .. 'dead', cjson.encode({ key = name, reason = 'a ' .. found .. ' where a ' .. wanted .. ' belongs', at = now }))
end

-- Wakes one waiter of the queue. What waits in vain looks every 5 s anyway.
local function wake(queue)
  ensure('hint:' .. queue, 'list')
  wake(queue)
end
local function upTo(key)
  return redis.call('ZRANGEBYSCORE', prefix .. key, '-inf', now, 'LIMIT', 0, 100)
end

for _, id in ipairs(upTo('due')) do
  redis.call('ZREM', prefix .. 'due', id)
  local ok, ticket = pcall(redis.call, 'HMGET', prefix .. 'job:' .. id, 'k', 's')
  if ok and not ticket.err and ticket[1] and ticket[2] and tonumber(ticket[2]) then
    ensure('ready:' .. ticket[1], 'zset')
    redis.call('ZADD', prefix .. 'ready:' .. ticket[1], ticket[2], id)
    wake(ticket[1])
  end
end

for _, id in ipairs(upTo('forget')) do
  redis.call('ZREM', prefix .. 'forget', id)
  local ok, job = pcall(redis.call, 'HMGET', prefix .. 'job:' .. id, 'y', 'k', 'a')
  local isUnfinished = ok and not job.err and (job[2] or job[3])
  if not isUnfinished then
    local key = ok and not job.err and job[1]
    if key and redis.call('HGET', prefix .. 'keys', key) == id then redis.call('HDEL', prefix .. 'keys', key) end
    redis.call('DEL', prefix .. 'job:' .. id, prefix .. 'log:' .. id)
    redis.call('ZREM', prefix .. 'jobs', id)
    redis.call('ZREM', prefix .. 'open', id)
  end
end

local oldest = string.format('%.0f', math.max(0, now - retention))
local old = redis.call('XREVRANGE', KEYS[1], '(' .. oldest .. '-0', '-', 'COUNT', 1)
if old[1] then
  redis.call('SET', prefix .. 'trimmed', old[1][1])
  redis.call('XTRIM', KEYS[1], 'MINID', oldest .. '-0')
end

for _, worker in ipairs(upTo('beats')) do
  redis.call('ZREM', prefix .. 'beats', worker)
  local seen = string.match(redis.call('HGET', prefix .. 'workers', worker) or '', '^(%d+) ') or '0'
  redis.call('HDEL', prefix .. 'workers', worker)
  redis.call('XADD', KEYS[1], '*', 'e', '{"v":1,"type":"worker.lost","worker":' .. cjson.encode(worker) .. ',"lastSeen":'
    .. seen .. ',"at":' .. string.format('%.0f', now) .. '}')
end

local soonest
for _, key in ipairs({ 'due', 'forget', 'beats', 'leases', 'expiry' }) do
  local head = redis.call('ZRANGEBYSCORE', prefix .. key, '(' .. string.format('%.0f', now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  local score = tonumber(head[2])
  if score and score < 1e15 and (not soonest or score < soonest) then soonest = score end
end
return { now, soonest and string.format('%.0f', soonest) or '', upTo('leases'), upTo('expiry') }

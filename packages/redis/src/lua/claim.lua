--[[
Picks the oldest due ticket of the highest priority among the queues that are not paused, starts its next attempt and
grants the lease, in one step. Promises:
- A ticket that is not granted stays in its queue. A ticket whose job is gone or broken is set aside, with a reason.
- The same request again, after its answer was lost, gets the same grant, as long as that attempt runs.
- No state machine: the start was prepared when the job was queued (`t`). What is missing is filled in: the time, the
  holder, the wait. Readers fold the start (`h`) into the record as they fold any event.
- When it finds nothing, the wake-ups of these queues are used up, and the answer says how long nothing will come due.

KEYS  the events; ARGV  prefix, request, lease in ms, worker as JSON, slot, pid, queues…
Answer  { now, 'granted', id, record, start, input, leaseUntil } or { now, 'none', ms until the next ticket is due or -1 }
--]]
local request, lease = ARGV[2], tonumber(ARGV[3])
local worker, slot, pid = ARGV[4], ARGV[5], ARGV[6]

local function setAside(id, reason)
  listDead({ key = 'job:' .. id, reason = reason })
end

ensureOwn()

-- A grant of this request whose answer was lost.
local granted = redis.call('GET', prefix .. 'claim:' .. request)
if granted then
  local job = redis.call('HMGET', prefix .. 'job:' .. granted, 'r', 'h', 'i')
  local untilTime = redis.call('ZSCORE', prefix .. 'leases', granted)
  if untilTime and job[1] and job[2] and string.find(job[2], request, 1, true) then
    return { now, 'granted', granted, job[1], job[2], job[3], untilTime }
  end
end

-- Tickets that came due since somebody looked.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'due', '-inf', now, 'LIMIT', 0, 100)) do release(id) end

local open = {}
for index = 7, #ARGV do
  ensure('ready:' .. ARGV[index], 'zset')
  if redis.call('SISMEMBER', prefix .. 'paused', ARGV[index]) == 0 then open[#open + 1] = ARGV[index] end
end

for _ = 1, 200 do
  local bestId, bestScore, bestQueue
  for _, queue in ipairs(open) do
    local head = redis.call('ZRANGE', prefix .. 'ready:' .. queue, 0, 0, 'WITHSCORES')
    local score = tonumber(head[2])
    if head[1] and (not bestId or score < bestScore or (score == bestScore and head[1] < bestId)) then
      bestId, bestScore, bestQueue = head[1], score, queue
    end
  end
  if not bestId then break end

  redis.call('ZREM', prefix .. 'ready:' .. bestQueue, bestId)
  local key = prefix .. 'job:' .. bestId
  local ok, job = pcall(redis.call, 'HMGET', key, 'r', 'i', 'n', 't', 'x', 'k')
  local number = ok and not job.err and tonumber(job[3])
  if not (number and job[1] and job[2] and job[4]) then
    setAside(bestId, 'a ticket without a job that could start')
  elseif job[6] ~= bestQueue then
    setAside(bestId, 'a ticket in a queue that is not the job\'s')
  elseif tonumber(job[5] or '') and tonumber(job[5]) <= now then
    -- Its time is over before any attempt: the sweep says so in the log.
  else
    -- The template ends where the time goes, and tells the attempt, the last change and since when it waits.
    local attempt, changed, since, event = string.match(job[4], '^(%d+) (%d+) (%d+) (.+)$')
    if not attempt then
      setAside(bestId, 'a job whose prepared start is broken')
    else
      local at = math.max(now, tonumber(changed))
      local wait = math.max(0, at - tonumber(since))
      event = event .. '"at":' .. whole(at) .. ',"worker":' .. worker .. ',"slot":' .. slot .. ',"pid":' .. pid
        .. ',"waitMs":' .. whole(wait) .. '}'
      local start = '{"attempt":' .. attempt .. ',"worker":' .. worker .. ',"slot":' .. slot .. ',"pid":' .. pid
        .. ',"at":' .. whole(at) .. ',"request":"' .. request .. '"}'
      redis.call('HSET', key, 'h', start, 'n', whole(number + 1), 'a', attempt)
      redis.call('HDEL', key, 't', 'x')
      redis.call('ZREM', prefix .. 'expiry', bestId)
      redis.call('ZADD', prefix .. 'leases', now + lease, bestId)
      redis.call('SET', prefix .. 'claim:' .. request, bestId, 'PX', 60000)
      local entry = redis.call('XADD', KEYS[1], '*', 'e', event)
      pcall(redis.call, 'RPUSH', prefix .. 'log:' .. bestId, entry)
      return { now, 'granted', bestId, job[1], start, job[2], whole(now + lease) }
    end
  end
end

for _, queue in ipairs(open) do redis.call('DEL', prefix .. 'hint:' .. queue) end
local nextDue = redis.call('ZRANGE', prefix .. 'due', 0, 0, 'WITHSCORES')
local dueAt = tonumber(nextDue[2] or '')
return { now, 'none', dueAt and dueAt < 1e15 and math.max(0, math.ceil(dueAt - now)) or -1 }

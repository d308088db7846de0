--[[
Picks the oldest due ticket of the highest priority among the queues that are not paused, starts its next attempt and
grants the lease. Part of `claim.lua` and of `write.lua`. Promises:
- A ticket that is not granted stays in its queue. A ticket whose job is gone or broken is set aside, with a reason.
- The same request again, after its answer was lost, gets the same grant, as long as that attempt runs.
- No state machine: the start was prepared when the job was queued (`t`). What is missing is filled in: the time, the
  holder, the wait. Readers fold the start (`h`) into the record as they fold any event.
- When it finds nothing, the wake-ups of these queues are used up, and the answer says how long nothing will come due.

Answer  'granted', id, record, start, input, leaseUntil | 'none', ms until the next ticket is due or -1
--]]
local function setAside(id, reason)
  listDead({ key = 'job:' .. id, reason = reason })
end

-- A grant whose answer was lost is among those that run.
local function grantedBefore(request)
  for _, id in ipairs(on('zset', 'ZRANGE', 'leases', 0, -1)) do
    local job = redis.pcall('HMGET', prefix .. 'job:' .. id, 'r', 'h', 'i')
    if not job.err and job[1] and job[2] and string.find(job[2], request, 1, true) then
      return { 'granted', id, job[1], job[2], job[3], redis.call('ZSCORE', prefix .. 'leases', id) }
    end
  end
end

-- The first ticket of all the queues.
local function firstOf(queues)
  local id, score, queue
  for _, name in ipairs(queues) do
    local head = on('zset', 'ZRANGE', 'ready:' .. name, 0, 0, 'WITHSCORES')
    local headScore = tonumber(head[2])
    if head[1] and (not id or headScore < score or (headScore == score and head[1] < id)) then
      id, score, queue = head[1], headScore, name
    end
  end
  return id, queue
end

local function start(id, job, holder)
  -- The template ends where the time goes, and tells the attempt, the last change and since when it waits.
  local attempt, changed, since, event = string.match(job[4], '^(%d+) (%d+) (%d+) (.+)$')
  if not attempt then return setAside(id, 'a job whose prepared start is broken') end
  local at = math.max(now, tonumber(changed))
  local place = ',"worker":' .. holder.worker .. ',"slot":' .. holder.slot .. ',"pid":' .. holder.pid
  local open = '{"attempt":' .. attempt .. place .. ',"at":' .. whole(at) .. ',"request":"' .. holder.request .. '"}'
  event = event .. '"at":' .. whole(at) .. place .. ',"waitMs":' .. whole(math.max(0, at - tonumber(since))) .. '}'
  local positions = append(id, job[7] or '', event)
  local key = prefix .. 'job:' .. id
  redis.call('HSET', key, 'h', open, 'n', whole(tonumber(job[3]) + 1), 'a', attempt, 'p', positions)
  redis.call('HDEL', key, 't', 'x')
  if job[5] then on('zset', 'ZREM', 'expiry', id) end
  on('zset', 'ZADD', 'leases', whole(now + holder.lease), id)
  return { 'granted', id, job[1], open, job[2], whole(now + holder.lease) }
end

-- holder = { request, lease in ms, worker as JSON, slot, pid }
local function grant(holder, queues)
  local before = isAgain and grantedBefore(holder.request)
  if before then return before end
  for _, id in ipairs(on('zset', 'ZRANGEBYSCORE', 'due', '-inf', whole(now), 'LIMIT', 0, 100)) do release(id) end

  local open = {}
  for _, queue in ipairs(queues) do
    if on('set', 'SISMEMBER', 'paused', queue) == 0 then open[#open + 1] = queue end
  end
  for _ = 1, 200 do
    local id, queue = firstOf(open)
    if not id then break end
    redis.call('ZREM', prefix .. 'ready:' .. queue, id)
    local job = redis.pcall('HMGET', prefix .. 'job:' .. id, 'r', 'i', 'n', 't', 'x', 'k', 'p')
    if job.err or not (tonumber(job[3] or '') and job[1] and job[2] and job[4]) then
      setAside(id, 'a ticket without a job that could start')
    elseif job[6] ~= queue then
      setAside(id, 'a ticket in a queue that is not the job\'s')
    elseif not (tonumber(job[5] or '') and tonumber(job[5]) <= now) then
      -- One whose time was over before any attempt is left to the sweep, which says so in the log.
      local granted = start(id, job, holder)
      if granted then return granted end
    end
  end

  for _, queue in ipairs(open) do redis.call('DEL', prefix .. 'hint:' .. queue) end
  local nextDue = redis.call('ZRANGE', prefix .. 'due', 0, 0, 'WITHSCORES')
  local dueAt = tonumber(nextDue[2] or '')
  return { 'none', dueAt and dueAt < 1e15 and math.max(0, math.ceil(dueAt - now)) or -1 }
end


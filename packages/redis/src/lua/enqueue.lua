--[[
Stores jobs, each whole or not at all, in order. Promises, per job:
- An id that exists, or a key that is taken within its task, stores nothing and answers with the job that is there. So
  the same call again, after its answer was lost, stores nothing twice.
- Record, input, ticket, event and wake-up are written together.
- Whoever was answered first comes first: the time in the score of a job that may start now is the server's.
- Nothing is written when the caller's clock is off by more than 250 ms; the answer is then the time.

KEYS  the events; ARGV  prefix, again, at, lengths in bytes, and all fields one behind the other, for each job:
      id, key or '', record, input, template, queue, score, runAt or '' (ready now), expiresAt or '', founding event
Answer  { now, 'clock' } or { now, 'done', for each job: 0 = stored | { record, start or '', id } }
--]]
if math.abs(now - tonumber(ARGV[3])) > 250 then return { now, 'clock' } end

local fields, from = {}, 1
for length in string.gmatch(ARGV[4], '%d+') do
  fields[#fields + 1] = string.sub(ARGV[5], from, from + length - 1)
  from = from + length
end

-- Above any time in ms, so that a priority outweighs it: RANK_STEP of ticket.ts.
local RANK_STEP = 1e14
local function scoreNow(score)
  return whole(math.floor(tonumber(score) / RANK_STEP) * RANK_STEP + now)
end

-- Whether none of the ids is there yet, as is usual: one question instead of one for each.
local ids = {}
for first = 1, #fields, 10 do ids[#ids + 1] = prefix .. 'job:' .. fields[first] end
local areNew = redis.call('EXISTS', unpack(ids)) == 0

local answer = { now, 'done' }
local fresh, firstById, firstByKey, members, ready, scores, waking = {}, {}, {}, {}, {}, {}, {}
for first = 1, #fields, 10 do
  local id, key = fields[first], fields[first + 1]
  local known = id
  if key ~= '' then known = firstByKey[key] or on('hash', 'HGET', 'keys', key) or id end
  local twin = firstById[known]
  local there = not twin and not (areNew and known == id) and on('hash', 'HMGET', 'job:' .. known, 'r', 'h')
  if twin then answer[#answer + 1] = { fields[twin + 2], '', known }
  elseif there and there[1] then answer[#answer + 1] = { there[1], there[2] or '', known }
  else
    fresh[#fresh + 1] = first
    firstById[id] = first
    if key ~= '' then firstByKey[key] = id end
    members[#members + 1] = 0
    members[#members + 1] = id
    local queue, score = fields[first + 5], fields[first + 6]
    -- A delayed job wakes one waiter as well, to learn until when it may wait.
    waking[queue] = (waking[queue] or 0) + 1
    if fields[first + 7] == '' then
      local tickets = ready[queue] or {}
      ready[queue] = tickets
      score = scoreNow(score)
      tickets[#tickets + 1] = score
      tickets[#tickets + 1] = id
    end
    scores[first] = score
    answer[#answer + 1] = 0
  end
end
if #fresh == 0 then return answer end

-- Sets before jobs, so that there is never a job that no ticket leads to. A full server refuses the first write.
on('zset', 'ZADD', 'jobs', unpack(members))
on('zset', 'ZADD', 'open', unpack(members))
for queue, tickets in pairs(ready) do on('zset', 'ZADD', 'ready:' .. queue, unpack(tickets)) end
for _, first in ipairs(fresh) do
  local id, key, record, input = fields[first], fields[first + 1], fields[first + 2], fields[first + 3]
  local template, queue, runAt = fields[first + 4], fields[first + 5], fields[first + 7]
  local expiresAt, event = fields[first + 8], fields[first + 9]
  if runAt ~= '' then on('zset', 'ZADD', 'due', runAt, id) end
  local positions = append(id, '', event)
  redis.call('HSET', prefix .. 'job:' .. id, 'r', record, 'i', input, 'n', 1, 't', template, 'k', queue,
    's', scores[first], 'p', positions)
  if expiresAt ~= '' then
    redis.call('HSET', prefix .. 'job:' .. id, 'x', expiresAt)
    on('zset', 'ZADD', 'expiry', expiresAt, id)
  end
  if key ~= '' then on('hash', 'HSET', 'keys', key, id) end
end
for queue, count in pairs(waking) do wake(queue, count) end
return answer

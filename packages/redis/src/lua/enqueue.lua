--[[
Stores jobs, each whole or not at all, in order. Promises, per job:
- An id that exists, or a key that is taken within its task, stores nothing and answers with the job that is there. So
  the same call again, after its answer was lost, stores nothing twice.
- Record, input, ticket, event and wake-up are written together.
- Nothing is written when the caller's clock is off by more than 250 ms; the answer is then the time.

KEYS  the events of the namespace (for routing); ARGV  prefix, at, then for each job:
      id, key or '', record, input, template, queue, score, runAt or '' (ready now), expiresAt or '', founding event
Answer  { now, 'clock' } or { now, 'done', for each job: 0 = stored | { record, start or '', id } }
--]]
local at = tonumber(ARGV[2])

if math.abs(now - at) > 250 then return { now, 'clock' } end

ensureOwn()
local answer = { now, 'done' }
for first = 3, #ARGV, 10 do
  local id, key, record, input = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3]
  local template, queue, score = ARGV[first + 4], ARGV[first + 5], ARGV[first + 6]
  local runAt, expiresAt, event = ARGV[first + 7], ARGV[first + 8], ARGV[first + 9]
  ensure('ready:' .. queue, 'zset')
  local known = id
  if key ~= '' then known = redis.call('HGET', prefix .. 'keys', key) or id end
  ensure('job:' .. known, 'hash')
  local there = redis.call('HMGET', prefix .. 'job:' .. known, 'r', 'h')
  if there[1] then
    answer[#answer + 1] = { there[1], there[2] or '', known }
  else
    -- The first write of all is one that a full server refuses, so that nothing is half stored.
    redis.call('HSET', prefix .. 'job:' .. id, 'r', record, 'i', input, 'n', 1, 't', template, 'k', queue,
      's', score)
    if key ~= '' then redis.call('HSET', prefix .. 'keys', key, id) end
    redis.call('ZADD', prefix .. 'jobs', 0, id)
    redis.call('ZADD', prefix .. 'open', 0, id)
    if expiresAt ~= '' then
      redis.call('HSET', prefix .. 'job:' .. id, 'x', expiresAt)
      redis.call('ZADD', prefix .. 'expiry', expiresAt, id)
    end
    if runAt ~= '' then redis.call('ZADD', prefix .. 'due', runAt, id)
    else redis.call('ZADD', prefix .. 'ready:' .. queue, score, id) end
    local entry = redis.call('XADD', KEYS[1], '*', 'e', event)
    pcall(redis.call, 'RPUSH', prefix .. 'log:' .. id, entry)
    -- A delayed job wakes one waiter as well, to learn until when it may wait.
    wake(queue)
    answer[#answer + 1] = 0
  end
end
return answer

--[[
What every script of this folder begins with: the prefix of the namespace, whether this request was sent before, the
server's time in ms, and the words that several scripts need. KEYS  the events; ARGV  prefix, 'first' | 'again', …
--]]
local prefix, isAgain = ARGV[1], ARGV[2] == 'again'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

-- Lists what was taken out of the way, the newest 1000 of it.
local function listDead(entry)
  entry.at = now
  pcall(redis.call, 'LPUSH', prefix .. 'dead', cjson.encode(entry))
  pcall(redis.call, 'LTRIM', prefix .. 'dead', 0, 999)
end

-- What somebody left where a key of ours belongs is moved aside, and listed.
local function ensure(name, wanted)
  local found = redis.call('TYPE', prefix .. name)['ok']
  if found == wanted or found == 'none' then return end
  redis.call('RENAME', prefix .. name, prefix .. 'aside:' .. name)
  listDead({ key = name, reason = 'a ' .. found .. ' where a ' .. wanted .. ' belongs' })
end

-- A command on a key of ours, which does not fail half-way through a script for a key of a wrong type.
local function on(wanted, command, name, ...)
  local answer = redis.pcall(command, prefix .. name, ...)
  if type(answer) ~= 'table' or not answer.err then return answer end
  ensure(name, wanted)
  return redis.call(command, prefix .. name, ...)
end

-- Wakes so many waiters of the queue. What waits in vain looks every 5 s anyway.
local function wake(queue, count)
  local ones = {}
  for index = 1, math.min(count, 64) do ones[index] = '1' end
  local length = on('list', 'LPUSH', 'hint:' .. queue, unpack(ones))
  if length > 64 then redis.call('LTRIM', prefix .. 'hint:' .. queue, 0, 63) end
end

-- Appends an event. `positions` are those of the job's events so far: the first ones stand in its hash, the rest in a
-- list, so that neither a short job pays for a key nor a long one for a field that grows.
local function append(id, positions, event)
  local position = on('stream', 'XADD', 'events', '*', 'e', event)
  if #positions < 400 then return positions .. position .. ' ' end
  on('list', 'RPUSH', 'log:' .. id, position)
  return positions
end

-- The ticket of a job whose time has come goes to its queue.
local function release(id)
  on('zset', 'ZREM', 'due', id)
  local ticket = redis.pcall('HMGET', prefix .. 'job:' .. id, 'k', 's')
  if ticket.err or not (ticket[1] and tonumber(ticket[2] or '')) then
    listDead({ key = 'job:' .. id, reason = 'a due ticket without a job' })
    return
  end
  on('zset', 'ZADD', 'ready:' .. ticket[1], ticket[2], id)
  return ticket[1]
end


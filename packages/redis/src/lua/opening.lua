--[[
What every script of this folder begins with: the prefix of the namespace, the server's time in ms, and the words that
several of them need. KEYS  the events; ARGV  prefix, …
--]]
local prefix = ARGV[1]
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

-- What somebody left where a key of ours belongs is moved aside, and listed, before anything is written: a script that
-- failed half-way would keep what it wrote until then.
local ensured = {}
local function ensure(name, wanted)
  if ensured[name] then return false end
  ensured[name] = true
  local found = redis.call('TYPE', prefix .. name)['ok']
  if found == wanted or found == 'none' then return false end
  redis.call('RENAME', prefix .. name, prefix .. 'aside:' .. name)
  listDead({ key = name, reason = 'a ' .. found .. ' where a ' .. wanted .. ' belongs' })
  return true
end

-- The keys that there are once. `dead` comes first, as the others are listed there.
local function ensureOwn()
  ensure('dead', 'list')
  ensure('events', 'stream')
  ensure('trimmed', 'string')
  for _, name in ipairs({ 'due', 'leases', 'expiry', 'forget', 'jobs', 'open', 'beats' }) do ensure(name, 'zset') end
  for _, name in ipairs({ 'keys', 'workers' }) do ensure(name, 'hash') end
  ensure('paused', 'set')
end

-- Wakes one waiter of the queue. What waits in vain looks every 5 s anyway.
local function wake(queue)
  ensure('hint:' .. queue, 'list')
  redis.call('LPUSH', prefix .. 'hint:' .. queue, 1)
  redis.call('LTRIM', prefix .. 'hint:' .. queue, 0, 63)
end

-- The ticket of a job whose time has come goes to its queue.
local function release(id)
  redis.call('ZREM', prefix .. 'due', id)
  local ok, ticket = pcall(redis.call, 'HMGET', prefix .. 'job:' .. id, 'k', 's')
  if not (ok and not ticket.err and ticket[1] and tonumber(ticket[2] or '')) then
    listDead({ key = 'job:' .. id, reason = 'a due ticket without a job' })
    return
  end
  ensure('ready:' .. ticket[1], 'zset')
  redis.call('ZADD', prefix .. 'ready:' .. ticket[1], ticket[2], id)
  return ticket[1]
end


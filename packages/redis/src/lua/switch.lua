--[[
Pauses or resumes a queue. Promises: a notice is appended only if that changed something, so the same call again is none.
A queue that is resumed wakes its waiters.

KEYS  the events; ARGV  prefix, queue, 'pause' | 'resume', notice without its time
--]]
local prefix, queue, way, notice = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- What somebody left where a key of ours belongs is moved aside, and listed.
local function ensure(name, wanted)
  local found = redis.call('TYPE', prefix .. name)['ok']
  if found == wanted or found == 'none' then return end
  redis.call('RENAME', prefix .. name, prefix .. 'aside:' .. name)
  pcall(redis.call, 'LPUSH', prefix .. 'dead', cjson.encode({ key = name, reason = 'a ' .. found .. ' where a ' .. wanted .. ' belongs', at = now }))
end
ensure('ready:' .. queue, 'zset')
ensure('hint:' .. queue, 'list')
local changed = redis.call(way == 'pause' and 'SADD' or 'SREM', prefix .. 'paused', queue)
if changed == 1 then
  redis.call('XADD', KEYS[1], '*', 'e', notice .. ',"at":' .. string.format('%.0f', now) .. '}')
  if way == 'resume' then
    local ready = math.min(64, redis.call('ZCARD', prefix .. 'ready:' .. queue))
    for _ = 1, ready do redis.call('LPUSH', prefix .. 'hint:' .. queue, 1) end
    redis.call('LTRIM', prefix .. 'hint:' .. queue, 0, 63)
  end
end
return { now }

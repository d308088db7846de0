--[[
Pauses or resumes a queue. Promises: a notice is appended only if that changed something, so the same call again is none.
A queue that is resumed wakes its waiters.

KEYS  the events; ARGV  prefix, queue, 'pause' | 'resume', notice without its time
--]]
local queue, way, notice = ARGV[2], ARGV[3], ARGV[4]

ensure('ready:' .. queue, 'zset')
ensure('hint:' .. queue, 'list')
local changed = redis.call(way == 'pause' and 'SADD' or 'SREM', prefix .. 'paused', queue)
if changed == 1 then
  redis.call('XADD', KEYS[1], '*', 'e', notice .. ',"at":' .. whole(now) .. '}')
  if way == 'resume' then
    local ready = math.min(64, redis.call('ZCARD', prefix .. 'ready:' .. queue))
    for _ = 1, ready do redis.call('LPUSH', prefix .. 'hint:' .. queue, 1) end
    redis.call('LTRIM', prefix .. 'hint:' .. queue, 0, 63)
  end
end
return { now }

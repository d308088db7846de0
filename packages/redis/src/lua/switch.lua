--[[
Pauses or resumes a queue. Promises: a notice is appended only if that changed something, so the same call again is none.
A queue that is resumed wakes its waiters.

KEYS  the events; ARGV  prefix, again, queue, 'pause' | 'resume', notice without its time
--]]
local queue, way, notice = ARGV[3], ARGV[4], ARGV[5]

local changed = on('set', way == 'pause' and 'SADD' or 'SREM', 'paused', queue)
if changed == 1 then
  on('stream', 'XADD', 'events', '*', 'e', notice .. ',"at":' .. whole(now) .. '}')
  if way == 'resume' then
    local ready = on('zset', 'ZCARD', 'ready:' .. queue)
    if ready > 0 then wake(queue, ready) end
  end
end
return { now }

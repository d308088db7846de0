--[[
Grants one job, as `grant.lua` says; to a request that was withdrawn, none.

KEYS  the events; ARGV  prefix, again, request, lease in ms, worker as JSON, slot, pid, queues…
Answer  { now, … as grant.lua }
--]]
if redis.call('EXISTS', prefix .. 'withdrawn:' .. ARGV[3]) == 1 then return { now, 'none', -1 } end
local holder = { request = ARGV[3], lease = tonumber(ARGV[4]), worker = ARGV[5], slot = ARGV[6], pid = ARGV[7] }
return { now, unpack(grant(holder, { unpack(ARGV, 8) })) }

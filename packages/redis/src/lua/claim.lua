--[[
Grants one job, as `grant.lua` says.

KEYS  the events; ARGV  prefix, again, request, lease in ms, worker as JSON, slot, pid, queues…
Answer  { now, … as grant.lua }
--]]
local holder = { request = ARGV[3], lease = tonumber(ARGV[4]), worker = ARGV[5], slot = ARGV[6], pid = ARGV[7] }
return { now, unpack(grant(holder, { unpack(ARGV, 8) })) }

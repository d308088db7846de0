--[[
Takes back a request to claim whose answer will not come. Promises: whatever the request was granted, and still runs, is
answered; and it is granted nothing any more, though it may still wait on a connection that the server believes in.

KEYS  the events; ARGV  prefix, again, request
Answer  { now, … as grant.lua }
--]]
-- Longer than a request waits.
redis.call('SET', prefix .. 'withdrawn:' .. ARGV[3], 1, 'PX', 60000)
local before = grantedBefore(ARGV[3])
if before then return { now, unpack(before) } end
return { now, 'none', -1 }

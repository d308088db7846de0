--[[
Keeps a worker's heartbeat, or takes the worker off the list. KEYS  the events; ARGV  prefix, worker, presence as JSON or
'' to leave, ms until it counts as silent
--]]
local worker, presence, patience = ARGV[2], ARGV[3], ARGV[4]
if presence == '' then
  redis.call('HDEL', prefix .. 'workers', worker)
  redis.call('ZREM', prefix .. 'beats', worker)
else
  redis.call('HSET', prefix .. 'workers', worker, whole(now) .. ' ' .. presence)
  redis.call('ZADD', prefix .. 'beats', now + tonumber(patience), worker)
end
return { now }

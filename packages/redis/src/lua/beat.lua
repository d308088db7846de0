--[[
Keeps a worker's heartbeat, or takes the worker off the list. KEYS  the events; ARGV  prefix, again, worker, presence as JSON or
'' to leave, ms until it counts as silent
--]]
local worker, presence, patience = ARGV[3], ARGV[4], ARGV[5]
if presence == '' then
  on('hash', 'HDEL', 'workers', worker)
  on('zset', 'ZREM', 'beats', worker)
else
  on('hash', 'HSET', 'workers', worker, whole(now) .. ' ' .. presence)
  on('zset', 'ZADD', 'beats', now + tonumber(patience), worker)
end
return { now }

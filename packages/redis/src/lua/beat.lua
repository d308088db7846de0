--[[
Keeps a worker's heartbeat, or takes the worker off the list. KEYS  the events; ARGV  prefix, worker, presence as JSON or
'' to leave, ms until it counts as silent
--]]
local prefix, worker, presence, patience = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if presence == '' then
  redis.call('HDEL', prefix .. 'workers', worker)
  redis.call('ZREM', prefix .. 'beats', worker)
else
  redis.call('HSET', prefix .. 'workers', worker, string.format('%.0f', now) .. ' ' .. presence)
  redis.call('ZADD', prefix .. 'beats', now + tonumber(patience), worker)
end
return { now }

--[[
Moves keys of a wrong type out of the way, when a script stumbled over one. Promises: no key of the right type is touched;
each that is moved is listed with the reason.

KEYS  the events; ARGV  prefix, then pairs of name and type
Answer  { now, number of keys moved }
--]]
local prefix = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local moved = 0
for index = 2, #ARGV, 2 do
  local name, wanted = ARGV[index], ARGV[index + 1]
  local found = redis.call('TYPE', prefix .. name)['ok']
  if found ~= 'none' and found ~= wanted then
    redis.call('RENAME', prefix .. name, prefix .. 'aside:' .. name)
    pcall(redis.call, 'LPUSH', prefix .. 'dead', cjson.encode({ key = name, reason = 'a ' .. found .. ' where a ' .. wanted .. ' belongs', at = now }))
    moved = moved + 1
  end
end
redis.call('LTRIM', prefix .. 'dead', 0, 999)
return { now, moved }

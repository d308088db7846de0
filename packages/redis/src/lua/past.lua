--[[
Reads the events of one job so far, from the list of their positions. Promises: what is appended later has a greater
position than the one in the answer, from which a reader goes on.

KEYS  the events; ARGV  prefix, id
Answer  { now, last position, entries }
--]]
local id = ARGV[2]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local entries = {}
local listed, positions = pcall(redis.call, 'LRANGE', prefix .. 'log:' .. id, 0, -1)
for _, position in ipairs(listed and not positions.err and positions or {}) do
  local ok, found = pcall(redis.call, 'XRANGE', KEYS[1], position, position)
  if ok and found[1] then entries[#entries + 1] = found[1] end
end
return { now, last[1] and last[1][1] or '', entries }

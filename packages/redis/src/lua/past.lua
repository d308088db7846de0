--[[
Reads the events of one job so far, from the list of their positions. Promises: what is appended later has a greater
position than the one in the answer, from which a reader goes on.

KEYS  the events; ARGV  prefix, again, id
Answer  { now, last position, entries }
--]]
local id = ARGV[3]
local last = on('stream', 'XREVRANGE', 'events', '+', '-', 'COUNT', 1)
local entries = {}
local function add(position)
  local found = redis.pcall('XRANGE', KEYS[1], position, position)
  if not found.err and found[1] then entries[#entries + 1] = found[1] end
end

local first = redis.pcall('HGET', prefix .. 'job:' .. id, 'p')
for position in string.gmatch(type(first) == 'string' and first or '', '%S+') do add(position) end
local listed = redis.pcall('LRANGE', prefix .. 'log:' .. id, 0, -1)
for _, position in ipairs(listed.err and {} or listed) do add(position) end
return { now, last[1] and last[1][1] or '', entries }

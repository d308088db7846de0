--[[
Reads the log from a position. Promises: what was trimmed between the position and the first event that follows is told,
and so is a position that this log never had (it was wiped, or is another one).

KEYS  the events; ARGV  prefix, again, position ('start' | 'end' | a stream id), most events
Answer  { now, position from which the events follow, gap (1 | 0), entries }
--]]
local position, count = ARGV[3], ARGV[4]
local function parts(id)
  local ms, n = string.match(id, '^(%d+)%-(%d+)$')
  return tonumber(ms), tonumber(n)
end
local function isBefore(one, other)
  local oneMs, oneN = parts(one)
  local otherMs, otherN = parts(other)
  return oneMs < otherMs or (oneMs == otherMs and oneN < otherN)
end
local function last()
  if redis.call('EXISTS', KEYS[1]) == 0 then return '0-0' end
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then return info[index + 1] end
  end
end

if position == 'end' then return { now, last(), 0, {} } end
local trimmed = on('string', 'GET', 'trimmed') or '0-0'
if not string.match(trimmed, '^%d+%-%d+$') then trimmed = '0-0' end
local gap = 0
if position == 'start' then position = trimmed
elseif isBefore(position, trimmed) then
  position = trimmed
  gap = 1
end
local entries = on('stream', 'XRANGE', 'events', '(' .. position, '+', 'COUNT', count)
if #entries > 0 or not isBefore(last(), position) then return { now, position, gap, entries } end
return { now, trimmed, 1, on('stream', 'XRANGE', 'events', '(' .. trimmed, '+', 'COUNT', count) }

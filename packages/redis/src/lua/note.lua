--[[
Appends a notice. Promises: the same request again appends nothing.

KEYS  the events; ARGV  prefix, request, notice without its time, as JSON that ends before the brace
--]]
local prefix, request, notice = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('SET', prefix .. 'once:' .. request, 1, 'NX', 'PX', 60000) then
  redis.call('XADD', KEYS[1], '*', 'e', notice .. ',"at":' .. string.format('%.0f', now) .. '}')
end
return { now }

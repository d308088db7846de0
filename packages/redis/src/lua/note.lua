--[[
Appends a notice. Promises: the same request again appends nothing.

KEYS  the events; ARGV  prefix, request, notice without its time, as JSON that ends before the brace
--]]
local request, notice = ARGV[2], ARGV[3]
if redis.call('SET', prefix .. 'once:' .. request, 1, 'NX', 'PX', 60000) then
  redis.call('XADD', KEYS[1], '*', 'e', notice .. ',"at":' .. whole(now) .. '}')
end
return { now }

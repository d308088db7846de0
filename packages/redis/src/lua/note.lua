--[[
Appends a notice. Promises: the same request again appends nothing.

KEYS  the events; ARGV  prefix, again, request, notice without its time, as JSON that ends before the brace
--]]
local request, notice = ARGV[3], ARGV[4]
if redis.call('SET', prefix .. 'once:' .. request, 1, 'NX', 'PX', 60000) then
  on('stream', 'XADD', 'events', '*', 'e', notice .. ',"at":' .. whole(now) .. '}')
end
return { now }

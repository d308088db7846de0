--[[
Takes a job that cannot be read out of everything that would meet it again, and keeps it with the reason. Promises: other
jobs are untouched, and the list of what was set aside never grows beyond 1000.

KEYS  the events; ARGV  prefix, again, id, reason
--]]
local id, reason = ARGV[3], ARGV[4]
for _, key in ipairs({ 'leases', 'due', 'expiry', 'forget', 'jobs', 'open' }) do on('zset', 'ZREM', key, id) end
local key = prefix .. 'job:' .. id
if redis.call('EXISTS', key) == 1 then
  local ok, sample = pcall(redis.call, 'HGET', key, 'r')
  if not ok or type(sample) ~= 'string' then sample = '' end
  redis.call('DEL', key, prefix .. 'log:' .. id)
  listDead({ key = 'job:' .. id, reason = reason, sample = string.sub(sample, 1, 200) })
end
return { now }

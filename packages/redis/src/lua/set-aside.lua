--[[
Takes a job that cannot be read out of everything that would meet it again, and keeps it with the reason. Promises: other
jobs are untouched, and the list of what was set aside never grows beyond 1000.

KEYS  the events; ARGV  prefix, id, reason
--]]
local prefix, id, reason = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, key in ipairs({ 'leases', 'due', 'expiry', 'forget', 'jobs', 'open' }) do redis.call('ZREM', prefix .. key, id) end
local key = prefix .. 'job:' .. id
if redis.call('EXISTS', key) == 1 then
  local ok, sample = pcall(redis.call, 'HGET', key, 'r')
  if not ok or type(sample) ~= 'string' then sample = '' end
  redis.call('DEL', key, prefix .. 'log:' .. id)
  pcall(redis.call, 'LPUSH', prefix .. 'dead', cjson.encode({ key = 'job:' .. id, reason = reason, at = now, sample = string.sub(sample, 1, 200) }))
  pcall(redis.call, 'LTRIM', prefix .. 'dead', 0, 999)
end
return { now }

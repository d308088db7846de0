--[[
Drops entries that time brought up and that no longer mean anything: a lease of a job that does not run, an expiry of one
that was started. KEYS  the events; ARGV  prefix, id
--]]
local id = ARGV[2]
local running = redis.call('HGET', prefix .. 'job:' .. id, 'a')
local lease = tonumber(redis.call('ZSCORE', prefix .. 'leases', id) or '')
if lease and lease <= now and not running then redis.call('ZREM', prefix .. 'leases', id) end
if redis.call('HEXISTS', prefix .. 'job:' .. id, 'x') == 0 then redis.call('ZREM', prefix .. 'expiry', id) end
return { now }

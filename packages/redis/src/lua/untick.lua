--[[
Drops entries that time brought up and that no longer mean anything: a lease of a job that does not run, an expiry of one
that was started. KEYS  the events; ARGV  prefix, again, id
--]]
local id = ARGV[3]
local running = on('hash', 'HGET', 'job:' .. id, 'a')
local lease = tonumber(on('zset', 'ZSCORE', 'leases', id) or '')
if lease and lease <= now and not running then on('zset', 'ZREM', 'leases', id) end
if on('hash', 'HEXISTS', 'job:' .. id, 'x') == 0 then on('zset', 'ZREM', 'expiry', id) end
return { now }

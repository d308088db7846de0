--[[
Holds on to the lease of an attempt for another length of it. Promises: only the open attempt is extended, and only while
it has a lease that no sweep took. The record comes back only if it is not the one that the caller knows.

KEYS  the events; ARGV  prefix, again, id, attempt, lease in ms, number of events the caller knows
Answer  { now, 'same' } | { now, 'changed', record, start or '' } | { now, 'lost', state of things }
--]]
local id, attempt, lease, known = ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]
local job = on('hash', 'HMGET', 'job:' .. id, 'a', 'n', 'r', 'h')
if not job[2] then return { now, 'lost', 'the job is gone' } end
if job[1] ~= attempt then return { now, 'lost', 'attempt ' .. attempt .. ' is not the one that runs' } end
if not on('zset', 'ZSCORE', 'leases', id) then return { now, 'lost', 'it was not extended in time' } end
on('zset', 'ZADD', 'leases', now + lease, id)
if job[2] == known then return { now, 'same' } end
return { now, 'changed', job[3], job[4] or '' }

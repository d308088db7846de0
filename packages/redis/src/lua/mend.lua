--[[
Moves keys of a wrong type out of the way, when a command that is no script stumbled over one. Promises: no key of the
right type is touched; each that is moved is listed with the reason.

KEYS  the events; ARGV  prefix, again
Answer  { now }
--]]
-- `dead` first, as the others are listed there.
ensure('dead', 'list')
ensure('events', 'stream')
ensure('trimmed', 'string')
for _, name in ipairs({ 'due', 'leases', 'expiry', 'forget', 'jobs', 'open', 'beats' }) do ensure(name, 'zset') end
for _, name in ipairs({ 'keys', 'workers' }) do ensure(name, 'hash') end
ensure('paused', 'set')
return { now }

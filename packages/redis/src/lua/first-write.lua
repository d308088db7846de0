--[[
Comes after the opening of scripts that a full server must run all the same, where scripts have no flags (Redis 6.2, and
a server that does not tell its version). Such a server refuses only the first write of a script, and only if that needs
memory. This one needs none and changes nothing.
--]]
redis.pcall('HDEL', prefix .. 'workers', '')


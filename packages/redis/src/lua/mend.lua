--[[
Moves keys of a wrong type out of the way, when a script stumbled over one. Promises: no key of the right type is touched;
each that is moved is listed with the reason.

KEYS  the events; ARGV  prefix
Answer  { now }
--]]
ensureOwn()
return { now }

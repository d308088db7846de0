-- Remembers it.
--   $1 offset in ms
update state set clock_offset = $1

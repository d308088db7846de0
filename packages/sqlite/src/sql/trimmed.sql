-- Remembers how far the log was trimmed.
--   $1 number of the last event that is gone
update state set trimmed = max(trimmed, $1)

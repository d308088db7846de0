-- The clock jumped: so does the time at which a worker counts as silent, if it does not beat before.
--   $1 jump in ms  $2 now
update worker set silent_at = max(0, min(silent_at + $1, $2 + silent_at - seen_at))

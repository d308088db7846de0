-- Takes workers that fell silent off the list, and tells which.
--   $1 now
delete from worker where silent_at <= $1 returning name, seen_at

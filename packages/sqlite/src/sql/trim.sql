-- Trims the log from its start up to the first event that is young enough, 1000 at most. Answers with the last one that goes.
--   $1 since when events are kept
delete from event
where n < coalesce(
  (select min(n) from (select n, at from event order by n limit 1000) where at >= $1),
  (select max(n) + 1 from (select n from event order by n limit 1000))
)
returning n

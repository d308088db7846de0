-- Forgets finished jobs whose time is over, the oldest 200. An unfinished one has no such time.
--   $1 now
delete from job where rowid in (
  select rowid from job where place = 2 and forget_at <= $1 order by forget_at limit 200
)

-- The inputs go with their jobs: see forget.sql.
--   $1 now
delete from input where id in (
  select id from job where place = 2 and forget_at <= $1 order by forget_at limit 200
)

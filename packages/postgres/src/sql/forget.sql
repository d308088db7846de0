-- Forgets finished jobs whose time is over, the oldest 500. An unfinished one has no such time.
delete from {schema}.job where id in (
  select id from {schema}.job where place = 2 and forget_at <= {now} order by forget_at limit 500 for update skip locked
)

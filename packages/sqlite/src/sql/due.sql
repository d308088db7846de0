-- Jobs whose lease lapsed or whose time to start is over, the longest overdue first, 100 of each.
--   $1 now
select * from (select id from job where place = 1 and lease_until <= $1 order by lease_until limit 100)
union all
select * from (select id from job where place = 0 and expires_at is not null and expires_at <= $1 order by expires_at limit 100)

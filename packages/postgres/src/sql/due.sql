-- What time alone has brought about, for the sweep: jobs whose lease lapsed or whose time to start is over, how much there is
-- to forget, and when the next thing is due.
with clock as materialized (select {now} as now)
select clock.now,
  (select coalesce(json_agg(id), '[]')::text from (
    (select id from {schema}.job where place = 1 and lease_until <= (select now from clock) order by lease_until limit 100)
    union all
    (select id from {schema}.job
     where place = 0 and attempt = 0 and expires_at <= (select now from clock) order by expires_at limit 100)
  ) overdue) as overdue,
  exists (select from {schema}.job where place = 2 and forget_at <= clock.now) as forgets,
  exists (select from {schema}.worker where silent_at <= clock.now) as loses,
  least(
    (select min(lease_until) from {schema}.job where place = 1 and lease_until > clock.now),
    (select min(expires_at) from {schema}.job
     where place = 0 and attempt = 0 and expires_at is not null and expires_at > clock.now),
    (select min(forget_at) from {schema}.job where place = 2 and forget_at > clock.now),
    (select min(silent_at) from {schema}.worker where silent_at > clock.now)
  ) as soonest
from clock

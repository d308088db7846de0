-- Puts right a ticket that was taken and started nothing: back in its queue if its job still waits in time, else gone; one
-- that no job knows is kept on the list of what is dead.
--   $1 name of pg-boss's queue  $2 ticket  $3 queue of ours
with wanted as materialized (
  select 1 from {schema}.job
  where ticket = $2::uuid and queue = $3::text and place = 0 and head <> '' and (expires_at is null or attempt > 0 or expires_at > {now})
),
kept as (
  update {boss}.job_common set state = 'created', started_on = null
  where name = $1::text and id = $2::uuid and state = 'active' and exists (select from wanted)
),
dropped as (
  delete from {boss}.job_common where name = $1::text and id = $2::uuid and not exists (select from wanted) returning id
)
insert into {schema}.dead (key, reason, at)
select 'ticket ' || id, 'a ticket without a job that could start', {now}
from dropped
where not exists (
  select from {schema}.job j where (j.ticket = dropped.id or j.id = dropped.id) and j.queue = $3::text
)

-- Gives back tickets whose taker died before it started their jobs: taken longer than a lease ago, and the job still waits.
--   $1 lease in ms
update {boss}.job_common t set state = 'created', started_on = null
from {schema}.job j
where t.name in (select name from {boss}.queue) and t.state = 'active'
  and t.started_on < now() - $1::bigint * interval '1 ms' and j.ticket = t.id and j.place = 0

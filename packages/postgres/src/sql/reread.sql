-- A job as it is, and whether a request is among what was written to it.
--   $1 id  $2 request
select {now} as now, record, start,
  exists (select from {schema}.event e where e.job_id = $1::uuid and e.request = $2::uuid) as is_written
from {schema}.job where id = $1::uuid

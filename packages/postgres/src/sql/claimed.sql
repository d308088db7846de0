-- The job that an earlier try of the same request was granted, its answer lost.
--   $1 request
select {now} as now, ticket::text as ticket, id::text as id, record, start, input
from {schema}.job where claim = $1::uuid and place = 1 and start <> ''

-- The jobs that an enqueue met: by id, or by the key that was taken.
--   $1 ids and keys, as a JSON array of { id, unique_key }
select {now} as now, wanted.id::text as wanted, job.id::text as id, job.record, job.start
from json_to_recordset($1::text::json) as wanted (id uuid, unique_key text)
join {schema}.job on job.id = wanted.id or job.unique_key = wanted.unique_key

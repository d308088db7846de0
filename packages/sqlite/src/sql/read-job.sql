-- The events of one job, on from a place.
--   $1 number of the event before  $2 most  $3 id
select n, body from event where job_id = $3 and n > $1 order by n limit $2

-- The log of all jobs, on from a place.
--   $1 number of the event before  $2 most
select n, body from event where n > $1 order by n limit $2

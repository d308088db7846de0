-- The jobs that have events since.
--   $1 number of the event before
select distinct job_id from event where n > $1 and job_id is not null

-- The input of a job.
--   $1 id
select body from input where id = $1

-- Appends an event of a job, or a notice; its number is the cursor.
--   $1 id of the job, or null  $2 at  $3 event as JSON
insert into event (job_id, at, body) values ($1, $2, $3)

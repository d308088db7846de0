-- Stores the input of a job.
--   $1 id  $2 input
insert into input (id, body) values ($1, $2) on conflict do update set body = excluded.body

-- Pauses a queue, if it was not.
--   $1 queue
insert into paused (queue) values ($1) on conflict do nothing

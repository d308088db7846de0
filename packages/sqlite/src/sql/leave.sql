-- Takes a worker off the list.
--   $1 worker
delete from worker where name = $1

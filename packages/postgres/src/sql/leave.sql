-- Takes a worker off the list.
--   $1 worker
delete from {schema}.worker where name = $1::text

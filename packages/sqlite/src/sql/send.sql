-- A message to those that listen now.
--   $1 now  $2 message, as JSON
insert into message (at, body) values ($1, $2)

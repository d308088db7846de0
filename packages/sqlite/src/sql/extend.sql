-- Holds a lease until a later time.
--   $1 id  $2 until
update job set lease_until = $2 where id = $1 and place = 1

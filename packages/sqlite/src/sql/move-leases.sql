-- The clock jumped: leases move along, none beyond a whole lease from now.
--   $1 jump in ms  $2 now  $3 lease in ms
update job set lease_until = max(0, min(lease_until + $1, $2 + $3)) where place = 1

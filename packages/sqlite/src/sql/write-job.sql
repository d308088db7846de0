-- Writes what the reducer made of a job, and the columns that follow from it. A ticket or a lease that goes on is kept.
--   $1 id  $2 seq  $3 record  $4 place  $5 whether ticket and lease go on  $6 due at  $7 line  $8 lease until, or null
--   $9 expires at, or null  $10 forget at, or null
update job
set seq = $2, record = $3, place = $4, due_at = iif($5, due_at, $6), line = iif($5, line, $7),
  lease_until = iif($5, lease_until, $8), expires_at = $9, forget_at = iif($5 and $4 = 2, forget_at, $10)
where id = $1

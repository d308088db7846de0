-- The job that an enqueue met: by the key that was taken, or by id.
--   $1 id  $2 key, hashed, or null
select id, place, seq, record, lease_until from job where unique_key = $2
union all
select id, place, seq, record, lease_until from job where id = $1
limit 1

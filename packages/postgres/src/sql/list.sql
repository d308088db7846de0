-- A page of jobs, newest first.
--   $1 id below which it begins, or null  $2 only the unfinished  $3 task or null  $4 queue or null  $5 most
select {now} as now, id::text as id, record, start, lease_until
from {schema}.job
where id < coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and (not $2::boolean or place < 2)
  and ($3::text is null or task = $3) and ($4::text is null or queue = $4)
order by id desc
limit $5::int

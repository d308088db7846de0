-- A page of unfinished jobs, newest first; the finished ones are not read.
--   $1 id below which it begins  $2 task or null  $3 queue or null  $4 most
select id, place, seq, record, lease_until from job
where place < 2 and id < $1 and ($2 is null or task = $2) and ($3 is null or queue = $3)
order by id desc
limit $4

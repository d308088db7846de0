-- Holds a lease for longer, if the attempt is still the open one. Answers with the record where it changed.
--   $1 id  $2 attempt  $3 lease in ms  $4 number of events that the holder knows
update {schema}.job set lease_until = {now} + $3::bigint
where id = $1::uuid and place = 1 and attempt = $2::int
returning {now} as now, case when seq <> $4::int then record end as record, start

-- Keeps a worker on the list.
--   $1 worker  $2 presence, as JSON  $3 after how many ms of silence it counts as lost
insert into {schema}.worker (name, seen_at, silent_at, presence)
select $1::text, clock.now, clock.now + $3::bigint, $2::text from (select {now} as now) clock
on conflict (name) do update
set seen_at = excluded.seen_at, silent_at = excluded.silent_at, presence = excluded.presence

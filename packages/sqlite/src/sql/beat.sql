-- Keeps a worker on the list.
--   $1 worker  $2 now  $3 when it counts as silent  $4 presence, as JSON
insert into worker (name, seen_at, silent_at, presence) values ($1, $2, $3, $4)
on conflict do update set seen_at = excluded.seen_at, silent_at = excluded.silent_at, presence = excluded.presence

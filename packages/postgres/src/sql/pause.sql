-- Pauses a queue, and says so if it was not.
--   $1 queue  $2 request  $3 the notice, as JSON without its last brace
with changed as (insert into {schema}.paused (queue) values ($1::text) on conflict do nothing returning queue)
insert into {schema}.event (at, request, body)
select clock.now, $2::uuid, $3::text || ',"at":' || clock.now || '}' from changed, (select {now} as now) clock

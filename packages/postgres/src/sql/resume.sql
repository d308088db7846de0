-- Lets a queue go on, and says so if it was paused.
--   $1 queue  $2 request  $3 the notice, as JSON without its last brace
with changed as (delete from {schema}.paused where queue = $1::text returning queue)
insert into {schema}.event (at, request, body)
select clock.now, $2::uuid, $3::text || ',"at":' || clock.now || '}' from changed, (select {now} as now) clock

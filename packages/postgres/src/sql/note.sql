-- Appends a notice, once per request.
--   $1 request  $2 the notice, as JSON without its last brace
insert into {schema}.event (at, request, body)
select clock.now, $1::uuid, $2::text || ',"at":' || clock.now || '}' from (select {now} as now) clock
on conflict do nothing

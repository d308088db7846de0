-- Takes workers that fell silent off the list, and says so once.
with clock as materialized (select {now} as now),
gone as (delete from {schema}.worker where silent_at <= (select now from clock) returning name, seen_at)
insert into {schema}.event (at, request, body)
select clock.now, gen_random_uuid(), '{"v":1,"type":"worker.lost","worker":' || to_json(gone.name)
  || ',"lastSeen":' || gone.seen_at || ',"at":' || clock.now || '}'
from gone, clock

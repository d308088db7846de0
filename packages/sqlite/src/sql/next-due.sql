-- When the next ticket of the queues comes due, or null; those that are due already count, too.
--   $1 queues, as a JSON array
with level (priority) as (values (0), (1), (2))
select min((
  select waiting.due_at from job as waiting
  where waiting.place = 0 and waiting.queue = open.value and waiting.priority = level.priority
  order by waiting.due_at limit 1
)) as due_at
from json_each($1) as open
cross join level
where not exists (select 1 from paused where paused.queue = open.value)

-- The job whose turn it is: of the highest priority the one that has been due the longest, across the queues named, of which
-- none is paused. One look into an index per queue and priority.
--   $1 queues, as a JSON array  $2 now
with level (priority) as (values (0), (1), (2))
select job.id
from json_each($1) as open
cross join level
cross join job on job.rowid = (
  select waiting.rowid from job as waiting
  where waiting.place = 0 and waiting.queue = open.value and waiting.priority = level.priority and waiting.due_at <= $2
  order by waiting.due_at, waiting.line limit 1
)
where not exists (select 1 from paused where paused.queue = open.value)
order by job.priority, job.due_at, job.line
limit 1

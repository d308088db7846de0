-- A job, and when something happens to it by time alone: its lease lapses, or its time to start is over.
--   $1 id
select id, place, seq, record, lease_until, case place when 0 then expires_at when 1 then lease_until end as due_at
from job where id = $1

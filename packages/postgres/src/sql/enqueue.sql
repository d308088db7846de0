-- Stores jobs of one queue with their founding events and their tickets, each whole or not at all, in order. Promises:
-- an id that exists, or a key that is taken, stores nothing, so the same call again stores nothing twice; nothing is
-- stored when the caller's idea of the time is off by more than 250 ms.
--   $1 at  $2 request  $3 queue  $4 jobs, as a JSON array in their order
with clock as materialized (select {now} as now),
given as materialized (
  select row_number() over () as turn, g.*
  from json_to_recordset($4::text::json) as g (
    id uuid, unique_key text, task text, record text, head text, input text, body text, since bigint, expires_at bigint,
    ticket text
  )
  where (select abs(now - $1::bigint) from clock) <= 250
),
stored as (
  insert into {schema}.job
    (id, task, queue, unique_key, place, ticket, seq, attempt, record, head, input, updated_at, since, expires_at)
  select id, task, $3::text, unique_key, 0, id, 1, 0, record, head, input, $1::bigint, since, expires_at
  from given order by turn
  on conflict do nothing
  returning id
),
logged as (
  insert into {schema}.event (job_id, seq, at, request, body)
  select g.id, 1, $1::bigint, $2::uuid, g.body from given g join stored using (id) order by g.turn
),
ticketed as ({insert})
select clock.now, abs(clock.now - $1::bigint) > 250 as is_skewed,
  (select coalesce(json_agg(id), '[]')::text from stored) as stored
from clock

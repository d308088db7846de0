-- Writes what TypeScript reduced: record, lease, ticket and events, together. Promises: nothing is written unless the job is
-- as it was when it was read (same number of events) and the caller's idea of the time is right within 250 ms. The job's
-- row is locked before this transaction has a number, so that events of a job are numbered in the order of their
-- transactions.
--   $1 request  $2 id  $3 events expected  $4 at  $5 the row, as JSON  $6 events, as a JSON array of texts
with clock as materialized (select {now} as now),
given as materialized (
  select * from json_to_record($5::text::json) as g (
    record text, seq int, place smallint, attempt int, head text, updated_at bigint, since bigint, forget_at bigint,
    keeps_ticket boolean, ticket uuid
  )
),
locked as materialized (
  select id, ticket, {boss_queue} as boss_queue, place, attempt from {schema}.job
  where id = $2::uuid and seq = $3::int and abs((select now from clock) - $4::bigint) <= 250
  for update
),
updated as (
  update {schema}.job j
  set record = g.record, start = '', seq = g.seq, place = g.place, attempt = g.attempt, head = g.head,
    updated_at = g.updated_at, since = g.since, forget_at = g.forget_at, xid = pg_current_xact_id(),
    ticket = case when g.keeps_ticket then j.ticket else g.ticket end,
    lease_until = case when g.place = 1 and l.place = 1 and l.attempt = g.attempt then j.lease_until end
  from given g, locked l
  where j.id = l.id
  returning j.id
),
logged as (
  insert into {schema}.event (job_id, seq, at, request, body)
  select u.id, $3::int + e.turn, $4::bigint, $1::uuid, e.body
  from updated u, json_array_elements_text($6::text::json) with ordinality as e (body, turn)
  order by e.turn
),
dropped as (
  delete from {boss}.job_common t using locked l, given g where t.name = l.boss_queue and t.id = l.ticket and not g.keeps_ticket
){requeued}
select clock.now, u.id is not null as is_done, abs(clock.now - $4::bigint) > 250 as is_skewed
from clock left join updated u on true

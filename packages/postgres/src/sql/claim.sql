-- Takes the next ticket of one queue from pg-boss, starts the job that it stands for, and grants the lease. Promises:
-- ticket, record, event and lease change together; no state machine, since the start was prepared when the job was
-- queued and what is missing is filled in: the time, the holder, the wait. A job that somebody else writes just now, or
-- whose time is over, is not started; then the answer is its ticket alone, and return-ticket.sql puts that right.
--   $1 request  $2 worker, as JSON  $3 slot  $4 pid  $5 lease in ms  $6 queue
with clock as materialized (select {now} as now),
fetched as ({fetch}),
taken as (
  select j.id
  from {schema}.job j join fetched f on f.id = j.ticket
  where j.queue = $6::text and j.place = 0 and j.head <> '' and j.xid <= pg_current_xact_id()
    and (j.expires_at is null or j.attempt > 0 or j.expires_at > (select now from clock))
  for update of j skip locked
),
started as (
  update {schema}.job j
  set place = 1, seq = j.seq + 1, attempt = j.attempt + 1, claim = $1::uuid, xid = pg_current_xact_id(),
    lease_until = clock.now + $5::bigint,
    updated_at = greatest(clock.now, j.updated_at),
    start = '{"attempt":' || j.attempt + 1 || ',"worker":' || $2::text || ',"slot":' || $3::int || ',"pid":' || $4::int
      || ',"at":' || greatest(clock.now, j.updated_at) || '}'
  from taken, clock
  where j.id = taken.id
  returning j.*
),
logged as (
  insert into {schema}.event (job_id, seq, at, request, body)
  select id, seq, updated_at, $1::uuid, head || '"at":' || updated_at || ',"worker":' || $2::text || ',"slot":' || $3::int
    || ',"pid":' || $4::int || ',"waitMs":' || greatest(0, updated_at - since) || '}'
  from started
)
select clock.now, f.id::text as ticket, s.id::text as id, s.record, s.start, s.input
from clock join fetched f on true left join started s on s.ticket = f.id

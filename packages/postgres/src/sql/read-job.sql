-- Reads the events of one job after a position. Its own lock put them in order, so nothing is ever held back here.
--   $1 id  $2, $3 position, or null for the start  $4 snapshot whose events are not wanted, or null  $5 most
with state as materialized (
  select {now} as now, trimmed.xid, trimmed.n,
    $2::xid8 is not null and (
      ($2::xid8, $3::bigint) < (trimmed.xid, trimmed.n) or $2::xid8 > pg_snapshot_xmax(pg_current_snapshot())
    ) as has_gap
  from (select xid, n from {schema}.trimmed limit 1) trimmed
)
select state.now, state.has_gap, state.xid::text as trimmed_xid, state.n as trimmed_n, false as is_held_back,
  event.xid::text as xid, event.n, event.body
from state left join lateral (
  select e.xid, e.n, e.seq, e.body from {schema}.event e
  where e.job_id = $1::uuid
    and (e.xid, e.n) > (
      case when state.has_gap or $2::xid8 is null then state.xid else $2::xid8 end,
      case when state.has_gap or $2::xid8 is null then state.n else $3::bigint end
    )
    and ($4::text is null or not pg_visible_in_snapshot(e.xid, $4::text::pg_snapshot))
  order by e.seq
  limit $5::int
) event on true
order by event.seq

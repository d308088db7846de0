-- Reads the log of all jobs on from a position, in the order (transaction, number). Promises: only events of transactions
-- before which none is under way are shown, since a number alone would skip what commits late; what was trimmed since
-- the position is told, and so is a position that this log never had. Tells whether events are held back.
--   $1, $2 position, or null for the start  $3 snapshot whose events are not wanted, or null  $4 most
with state as materialized (
  select {now} as now, pg_snapshot_xmin(pg_current_snapshot()) as horizon, trimmed.xid, trimmed.n,
    $1::xid8 is not null and (
      ($1::xid8, $2::bigint) < (trimmed.xid, trimmed.n) or $1::xid8 > pg_snapshot_xmax(pg_current_snapshot())
    ) as has_gap,
    (
      select true from {schema}.event e where e.xid >= pg_snapshot_xmin(pg_current_snapshot()) order by e.xid, e.n limit 1
    ) is true as is_held_back
  from (select xid, n from {schema}.trimmed limit 1) trimmed
)
select state.now, state.has_gap, state.xid::text as trimmed_xid, state.n as trimmed_n,
  state.is_held_back,
  event.xid::text as xid, event.n, event.body
from state left join lateral (
  select e.xid, e.n, e.body from {schema}.event e
  where (e.xid, e.n) > (
      case when state.has_gap or $1::xid8 is null then state.xid else $1::xid8 end,
      case when state.has_gap or $1::xid8 is null then state.n else $2::bigint end
    )
    and e.xid < state.horizon
    and ($3::text is null or not pg_visible_in_snapshot(e.xid, $3::text::pg_snapshot))
  order by e.xid, e.n
  limit $4::int
) event on true
order by event.xid, event.n

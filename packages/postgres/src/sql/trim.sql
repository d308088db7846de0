-- Trims the log by age, from its start and in its order, 2000 at most, and remembers how far.
--   $1 retention in ms
with oldest as materialized (
  select xid, n, at from {schema}.event
  where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, n limit 2000
),
kept as materialized (select xid, n from oldest where at >= {now} - $1::bigint order by xid, n limit 1),
old as materialized (
  select xid, n from oldest
  where not exists (select from kept) or (xid, n) < (select xid, n from kept)
),
last as (select xid, n from old order by xid desc, n desc limit 1),
gone as (delete from {schema}.event e using old where e.xid = old.xid and e.n = old.n),
marked as (
  update {schema}.trimmed t set xid = last.xid, n = last.n from last where (t.xid, t.n) < (last.xid, last.n)
)
select count(*)::int as trimmed from old

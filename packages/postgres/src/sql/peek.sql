-- Which of these queues has the ticket that comes first, if one is due: the highest priority, then the oldest, paused
-- queues left out; and in how many ms the next ticket comes due. Writes and locks nothing, so it costs idle workers
-- little; whoever is named goes on with claim.sql, and is told there if another was faster.
--   $1 names of pg-boss's queues  $2 names of ours, in the same order; both JSON arrays
with open as materialized (
  select boss.value as boss
  from json_array_elements_text($1::text::json) with ordinality as boss (value, place)
  join json_array_elements_text($2::text::json) with ordinality as ours (value, place) using (place)
  where not exists (select from {schema}.paused where queue = ours.value)
)
select {now} as now, (
  select head.name
  from open cross join lateral (
    select t.name, t.priority, t.created_on
    from {boss}.job_common t
    where t.name = open.boss and t.state < 'active' and not t.blocked and t.start_after <= now()
    order by t.priority desc, t.created_on
    limit 1
  ) head
  order by head.priority desc, head.created_on
  limit 1
) as head, (
  select ceil(extract(epoch from min(due.start_after) - clock_timestamp()) * 1000)::bigint
  from open cross join lateral (
    select t.start_after
    from {boss}.job_common t
    where t.name = open.boss and t.state = 'created' and not t.blocked and t.start_after > now()
    order by t.start_after
    limit 1
  ) due
) as due_in_ms

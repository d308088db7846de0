-- When the next thing happens by time alone, or null: a lease lapses, a job expires or is forgotten, a worker is silent.
select min(at) as soonest from (
  select min(lease_until) as at from job where place = 1
  union all
  select min(expires_at) from job where place = 0 and expires_at is not null
  union all
  select min(forget_at) from job where place = 2
  union all
  select min(silent_at) from worker
)

-- The workers on the list.
select seen_at, presence from worker order by name

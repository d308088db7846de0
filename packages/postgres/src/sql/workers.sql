-- The workers on the list.
select seen_at, presence from {schema}.worker order by name

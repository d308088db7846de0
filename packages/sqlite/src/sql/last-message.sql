-- The number of the latest message, which may be gone.
select coalesce((select seq from sqlite_sequence where name = 'message'), 0) as n

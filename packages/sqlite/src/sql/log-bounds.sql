-- How far the log was trimmed, and the number of its last event, which may be trimmed too.
select trimmed, coalesce((select seq from sqlite_sequence where name = 'event'), 0) as last from state

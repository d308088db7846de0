-- Stores a job, unless its id or its key is there already: then nothing changes.
--   $1 id  $2 task  $3 queue  $4 key, hashed, or null  $5 priority  $6 due at  $7 record  $8 expires at, or null
insert into job (id, task, queue, unique_key, place, priority, due_at, line, seq, record, expires_at)
values ($1, $2, $3, $4, 0, $5, $6, (select coalesce(max(seq), 0) + 1 from sqlite_sequence where name = 'event'), 1, $7, $8)
on conflict do nothing

-- Keeps what was set aside, with the reason.
--   $1 key  $2 reason  $3 now  $4 how it begins, or null
insert into dead (key, reason, at, sample) values ($1, $2, $3, $4)

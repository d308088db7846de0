-- What was set aside, newest first.
select key, reason, at, sample from dead order by n desc limit 1000

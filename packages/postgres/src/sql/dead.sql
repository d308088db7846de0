-- What was set aside, newest first.
select key, reason, at, sample from {schema}.dead order by n desc limit 1000

-- Messages that are new.
--   $1 number of the last one heard
select n, body from message where n > $1 order by n limit 1000

-- Takes a job that cannot be read out of everything that would meet it again.
--   $1 id
delete from job where id = $1 returning substr(record, 1, 200) as sample

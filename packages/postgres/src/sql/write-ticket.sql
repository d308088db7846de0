-- What pg-boss is given as its parameter by write.sql: the new ticket of a job that was queued again.
select coalesce(json_agg($7::text::json), '[]')::text from updated

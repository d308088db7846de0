-- What pg-boss is given as its parameter by enqueue.sql: the tickets of the jobs that were stored, in order.
select coalesce(json_agg(g.ticket::json order by g.turn), '[]')::text from given g join stored using (id)

-- When the first event that is kept happened.
select at from event order by n limit 1

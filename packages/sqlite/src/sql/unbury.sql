-- The newest 1000 of what was set aside are kept.
delete from dead where n <= (select max(n) from dead) - 1000

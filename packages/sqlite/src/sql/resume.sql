-- Lets a queue go on.
--   $1 queue
delete from paused where queue = $1

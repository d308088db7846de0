-- Drops messages that whoever listens has heard long ago.
--   $1 sent before
delete from message where at < $1

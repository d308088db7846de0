-- Tells those who listen. Sent after what it speaks of is committed, since a NOTIFY in a writing transaction makes all
-- others wait at their commit.
--   $1 channel  $2 payload
select pg_notify($1::text, $2::text)

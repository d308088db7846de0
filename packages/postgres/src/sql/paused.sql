-- The paused queues.
select queue from {schema}.paused

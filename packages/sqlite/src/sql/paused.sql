-- The paused queues.
select queue from paused order by queue

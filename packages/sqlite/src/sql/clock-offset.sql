-- How far the clock was ahead of the machine's uptime when somebody looked last, or null.
select clock_offset from state

-- The clock of this machine, as SQLite reads it: what a program does to its own `Date` changes nothing.
select cast(round(unixepoch('subsec') * 1000) as integer) as now

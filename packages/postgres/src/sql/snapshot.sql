-- Where the log ends now: whatever this snapshot sees is before.
select {now} as now, pg_snapshot_xmin(pg_current_snapshot())::text as horizon, pg_current_snapshot()::text as snapshot

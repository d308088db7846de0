-- What there is to know of a server before it is used.
--   $1 schema  $2 that of pg-boss
select {now} as now, current_setting('server_version_num')::int as number, current_setting('server_version') as version,
  current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync,
  to_regnamespace($1::text) is not null as has_schema,
  to_regclass($1::text || '.version') is not null as has_ours, to_regclass($2::text || '.version') is not null as has_boss,
  has_database_privilege(current_database(), 'create') as may_create, current_user as who, current_database() as place

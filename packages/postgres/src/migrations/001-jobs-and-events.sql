-- The tables of hotline. Promises: each job has one row, each event one row, and what a step writes it writes in one
-- transaction. Times are ms since 1970 by the clock of this server. Texts hold JSON, which escapes what a database
-- refuses (NUL, lone surrogates) and which nothing here parses, so no depth of it matters.

create table {schema}.job (
  id uuid primary key,
  task text not null,
  queue text not null,
  -- SHA-256 of task and key, for a job with a key.
  unique_key text,
  -- 0 waits, 1 runs, 2 is final.
  place smallint not null,
  -- Id of the job in pg-boss that gives a worker the turn; none once the attempt is over.
  ticket uuid,
  seq integer not null,
  attempt integer not null,
  record text not null,
  -- A start that is not folded into the record yet, or ''.
  start text not null default '',
  -- The next start as far as it is known while the job waits, or ''.
  head text not null default '',
  input text not null,
  updated_at bigint not null,
  -- Since when it could have started.
  since bigint not null,
  expires_at bigint,
  lease_until bigint,
  forget_at bigint,
  -- The request that was granted the open attempt.
  claim uuid,
  -- The transaction of its last event: a later event is of a later one, so that the log keeps the order of a job.
  xid xid8 not null default pg_current_xact_id(),
  -- So that nothing a stranger writes makes a statement overflow that meets it.
  check (place between 0 and 2 and seq between 0 and 1e9 and attempt between 0 and 1e6),
  check (least(updated_at, since) >= 0 and greatest(updated_at, since, expires_at, lease_until, forget_at) <= 1e15)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);

create unique index job_unique_key on {schema}.job (unique_key) where unique_key is not null;
create unique index job_ticket on {schema}.job (ticket) where ticket is not null;
create index job_lease on {schema}.job (lease_until) where place = 1;
create index job_expiry on {schema}.job (expires_at) where place = 0 and attempt = 0 and expires_at is not null;
create index job_forget on {schema}.job (forget_at) where place = 2;
create index job_open on {schema}.job (id) where place < 2;

create table {schema}.event (
  xid xid8 not null default pg_current_xact_id(),
  n bigint not null generated always as identity,
  -- None for a notice.
  job_id uuid,
  seq integer,
  at bigint not null,
  -- So that a request whose answer was lost is known again.
  request uuid,
  body text not null,
  primary key (xid, n)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

create index event_job on {schema}.event (job_id, seq) where job_id is not null;
create unique index event_notice on {schema}.event (request) where job_id is null;

-- How far the log was trimmed: one row.
create table {schema}.trimmed (is_only boolean primary key default true check (is_only), xid xid8 not null, n bigint not null);
insert into {schema}.trimmed (xid, n) values ('0', 0);

create table {schema}.paused (queue text primary key);

create table {schema}.worker (
  name text primary key,
  seen_at bigint not null,
  silent_at bigint not null,
  presence text not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 100);

-- What was set aside, and why.
create table {schema}.dead (
  n bigint primary key generated always as identity,
  key text not null,
  reason text not null,
  at bigint not null,
  sample text
);

create table {schema}.version (is_only boolean primary key default true check (is_only), version integer not null);
insert into {schema}.version (version) values (1);

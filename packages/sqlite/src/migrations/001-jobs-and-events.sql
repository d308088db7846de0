-- The tables of hotline. Promises: each job has one row, each event one row, and what a step writes it writes in one
-- transaction. Times are ms since 1970 by the clock of this machine. Texts hold JSON, which nothing here parses. The
-- checks are there so that nothing a stranger writes makes a statement fail that meets it.

create table job (
  id text primary key,
  task text not null,
  queue text not null,
  -- SHA-256 of task and key, for a job with a key.
  unique_key text,
  -- 0 waits, 1 runs, 2 is final.
  place integer not null check (place between 0 and 2),
  -- 0 high, 1 normal, 2 low.
  priority integer not null check (priority between 0 and 2),
  -- Its ticket while it waits: when it may start, and who came first within one ms.
  due_at integer not null check (due_at between 0 and 1e15),
  line integer not null check (line between 0 and 1e15),
  seq integer not null check (seq between 0 and 1e9),
  record text not null,
  -- When it ends unless it is started before; only until its first start.
  expires_at integer check (expires_at between 0 and 1e15),
  lease_until integer check (lease_until between 0 and 1e15),
  forget_at integer check (forget_at between 0 and 1e15)
) strict;

create unique index job_unique_key on job (unique_key) where unique_key is not null;
create index job_ticket on job (queue, priority, due_at, line) where place = 0;
create index job_lease on job (lease_until) where place = 1;
create index job_expiry on job (expires_at) where place = 0 and expires_at is not null;
create index job_forget on job (forget_at) where place = 2;
create index job_open on job (id) where place < 2;

-- Apart from the job, so that an event of it does not write its input anew.
create table input (id text primary key, body text not null) strict;

create table event (
  -- The cursor. Never used twice, also when all events are trimmed.
  n integer primary key autoincrement check (n between 0 and 1e15),
  -- None for a notice.
  job_id text,
  at integer not null check (at between 0 and 1e15),
  body text not null
) strict;

create index event_job on event (job_id, n) where job_id is not null;

-- One row: how far the log was trimmed, and how far ahead of the machine's uptime its clock was, for jumps of it.
create table state (
  is_only integer primary key check (is_only = 1),
  trimmed integer not null check (trimmed between 0 and 1e15),
  clock_offset integer check (clock_offset between -1e15 and 1e15)
) strict;
insert into state (is_only, trimmed) values (1, 0);

create table paused (queue text primary key) strict;

create table worker (
  name text primary key,
  seen_at integer not null check (seen_at between 0 and 1e15),
  silent_at integer not null check (silent_at between 0 and 1e15),
  presence text not null
) strict;

-- To those that listen now; kept for moments.
create table message (
  n integer primary key autoincrement check (n between 0 and 1e15),
  at integer not null check (at between 0 and 1e15),
  body text not null
) strict;

-- What was set aside, and why.
create table dead (
  n integer primary key autoincrement check (n between 0 and 1e15),
  key text not null,
  reason text not null,
  at integer not null check (at between 0 and 1e15),
  sample text
) strict;

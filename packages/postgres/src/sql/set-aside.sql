-- Takes a job that cannot be read out of everything that would meet it again, and keeps it with the reason; the newest 1000
-- of these are kept.
--   $1 id  $2 reason
with gone as (delete from {schema}.job where id = $1::uuid returning id, ticket, {boss_queue} as boss_queue, record),
tickets as (delete from {boss}.job_common t using gone where t.name = gone.boss_queue and t.id = gone.ticket),
old as (delete from {schema}.dead where n <= (select max(n) from {schema}.dead) - 1000)
insert into {schema}.dead (key, reason, at, sample)
select 'job ' || id, $2::text, {now}, left(record, 200) from gone

-- Jobs by their ids, a JSON array; always a row, for the time.
select clock.now, job.id::text as id, job.record, job.start, job.lease_until
from (select {now} as now) clock
left join {schema}.job on job.id in (select value::uuid from json_array_elements_text($1::text::json))

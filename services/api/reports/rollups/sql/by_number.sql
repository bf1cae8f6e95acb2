-- One row for each number and value; numbers without anything are left out.
select
    number, value, sum(bound)::bigint as bound, sum(sketches)::int as sketches, sum(hashes)::bigint as hashes,
    sum(visits)::bigint as visits, sum(bounces)::bigint as bounces, sum(duration_ms)::bigint as duration_ms,
    sum(pageviews)::bigint as pageviews, sum(events)::bigint as events, sum(clicks)::bigint as clicks,
    sum(engaged_ms)::bigint as engaged_ms, sum(leaves)::bigint as leaves, sum(scroll)::bigint as scroll
from ({counted}) as counted
group by number, value

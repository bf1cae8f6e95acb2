-- Values in order, with what tells how many visitors they had, and how many values there are; one row of nulls where
-- none is wanted. Sums that only order are floats: those of integers this long are slow.
-- The arguments of counted, and: $10 what values hold, or '', $11 rows wanted, $12 rows before them. $13 to $23: values
-- of raw days and what was counted of them.
with counted as (
    {counted}
    union all
    select
        0, value collate "C", visitors, visitors, 0, visitors, visits, bounces, duration_ms, pageviews, events, clicks,
        engaged_ms, leaves, scroll
    from unnest(
        $13::text[], $14::int[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[],
        $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[]
    ) as raw (
        value, visitors, visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll
    )
),
summed as (
    select
        value, sum(bound) as bound, max(least) as least, sum(sketches) as sketches, sum(hashes) as hashes,
        {rank} as rank
    from counted
    group by value
    having (sum(bound) > 0 or sum((visits + pageviews + events + clicks)::float8) > 0)
        and ($10::text = '' or strpos(lower(value), lower($10::text)) > 0)
),
wanted as (
    select *
    from summed
    order by rank {direction}, value
    limit $11::bigint offset $12::bigint
)
select total.count as total, value, bound, least, sketches, hashes
from (select count(*) as count from summed) as total
left join wanted on true
order by rank {direction}, value

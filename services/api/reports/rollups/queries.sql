-- name: by_number
-- One row for each number and value, without empty ones.
select
    number, value, sum(bound)::bigint as bound, sum(sketches)::int as sketches, sum(hashes)::bigint as hashes,
    sum(visits)::bigint as visits, sum(bounces)::bigint as bounces, sum(duration_ms)::bigint as duration_ms,
    sum(pageviews)::bigint as pageviews, sum(events)::bigint as events, sum(clicks)::bigint as clicks,
    sum(engaged_ms)::bigint as engaged_ms, sum(leaves)::bigint as leaves, sum(scroll)::bigint as scroll
from ({counted}) as counted
group by number, value

-- name: by_value
-- Sorted values with bounds of their visitors and the number of all values; one row of nulls if the page is empty.
-- Sums that only sort are floats, since sums of bigint are slow.
-- The arguments of counted, and: $10 search text, or '', $11 limit, $12 offset. $13 to $23: values of stale
-- days and their counts from raw rows.
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

-- name: counted
-- Counts of one dimension from rollups and deltas. sketches: number of rows with visitors; bound: maximum of visitors of
-- all of them together; least: minimum; hashes: number of visitor hashes in deltas. Both halves have the same types and
-- collations, so that the planner needs no step between them and the aggregation.
-- + 0: Citus 14 reads a bare number from this unnest as 0 where both halves come from several servers.
-- $1 site, $2 dimension, $3 grains and $4 first days of buckets, $5 their numbers, $6 and $7 the first and the last
-- day of deltas, $8 stale days, whose deltas do not count, $9 the first days of the numbers, ascending.
select
    cover.number + 0 as number, r.value, r.uniques as bound, r.uniques as least, (r.uniques > 0)::int as sketches,
    0 as hashes, r.visits, r.bounces, r.duration_ms, r.pageviews, r.events, r.clicks, r.engaged_ms, r.leaves, r.scroll
from unnest($3::smallint[], $4::date[], $5::int[]) as cover (grain, bucket, number)
join rollups r on r.site_id = $1 and r.dimension = $2 and r.grain = cover.grain and r.bucket = cover.bucket
where {of_rollups}
union all
select
    width_bucket(d.day, $9::date[]), each.value collate "C",
    octet_length(each.visitors) / 8, 0, 0, octet_length(each.visitors) / 8,
    each.visits::bigint, each.bounces::bigint, each.duration_ms, each.pageviews::bigint, each.events::bigint,
    each.clicks::bigint, each.engaged_ms, each.leaves::bigint, each.scroll::bigint
from rollup_deltas d
cross join lateral unnest(
    d."values", d.visits, d.bounces, d.duration_ms, d.pageviews, d.events, d.clicks, d.engaged_ms, d.leaves, d.scroll,
    d.visitors
) as each (
    value, visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, visitors
)
where d.site_id = $1 and d.dimension = $2 and d.day between $6 and $7 and d.day <> all($8::date[]) and {of_deltas}

-- name: index_candidates
-- The values with the most visitors in each bucket, from 20 visitors on, and (place 0) in all deltas together.
-- 20 is the limit of the index rollups_heads: with another constant, whole buckets would be read and sorted.
-- $1 site, $2 dimension, $3 grains and $4 first days of buckets, $5 and $6 the first and the last day of deltas,
-- $7 stale days, whose deltas do not count, $8 maximum of values of each.
select cover.place::int, head.value, head.uniques as visitors
from unnest($3::smallint[], $4::date[]) with ordinality as cover (grain, bucket, place)
cross join lateral (
    select r.value, r.uniques
    from rollups r
    where r.site_id = $1 and r.grain = cover.grain and r.dimension = $2 and r.bucket = cover.bucket and r.uniques >= 20
    order by r.uniques desc
    limit $8::bigint
) as head
union all
(
    select 0, each.value collate "C", (sum(octet_length(each.visitors)) / 8)::int as visitors
    from rollup_deltas d
    cross join lateral unnest(d."values", d.visitors) as each (value, visitors)
    where d.site_id = $1 and d.dimension = $2 and d.day between $5 and $6 and d.day <> all($7::date[])
    group by 2
    having sum(octet_length(each.visitors)) > 0
    order by visitors desc
    limit $8::bigint
)

-- name: block_rollup_moves
-- Workers do not fold deltas of these sites into rollups until this transaction ends. $1 sites.
select pg_advisory_xact_lock_shared(2, site_id) from (select site_id from unnest($1::int[]) as site_id order by 1) as sites

-- name: raw_entries
-- Human visits that started on stale days, by day and entry page.
-- $1 shards, $2 site, $3 and $4 begin and end of the days, $5 start of each day, ascending, $6 values, or null for all.
select
    width_bucket(v.started_at, $5::timestamptz[]) as number,
    {value} as value,
    count(*) as visits,
    count(*) filter (where ${is_bounce}) as bounces,
    (extract(epoch from sum(v.ended_at - v.started_at)) * 1000)::bigint as duration_ms
from visits v
where v.shard = any($1::smallint[]) and v.site_id = $2 and v.started_at >= $3 and v.started_at < $4
    and v.bot_reason = '' and ($6::text[] is null or ({value}) = any($6))
group by 1, 2

-- name: raw_events
-- Events of humans on stale days, by day and by value of the visit or event.
-- $1 shards, $2 site, $3 and $4 begin and end of the days, $5 start of each day, ascending, $6 values, or null for all,
-- $7 kinds of pageviews, $8 of custom events, $9 of clicks, $10 of leaves; $11 kinds that count.
select
    width_bucket(e.ts, $5::timestamptz[]) as number,
    {value} as value,
    count(*) filter (where e.kind = $7) as pageviews,
    count(*) filter (where e.kind = $8) as events,
    count(*) filter (where e.kind = $9) as clicks,
    coalesce(sum(e.engaged_ms) filter (where e.kind = $10), 0) as engaged_ms,
    count(*) filter (where e.kind = $10) as leaves,
    coalesce(sum(e.scroll) filter (where e.kind = $10), 0) as scroll
from events e
join visits v
    on v.shard = e.shard and v.site_id = e.site_id and v.visitor_id = e.visitor_id
    and v.started_at = e.visit_started_at
where e.shard = any($1::smallint[]) and e.site_id = $2 and e.ts >= $3 and e.ts < $4
    and v.shard = any($1::smallint[]) and v.site_id = $2
    and v.started_at >= $3::timestamptz - ${around_visits} and v.started_at < $4::timestamptz + ${before_visit}
    and v.bot_reason = '' and e.kind = any($11::smallint[]) and ($6::text[] is null or ({value}) = any($6))
group by 1, 2

-- name: raw_visitors
-- Visitors with events in visits that started on stale days, by day and by value of the events.
-- $1 shards, $2 site, $3 and $4 begin and end of the days, $5 start of each day, ascending, $6 values, or null for all,
-- $7 kinds that count.
select
    width_bucket(v.started_at, $5::timestamptz[]) as number,
    {value} as value,
    string_agg(distinct substring(uuid_send(v.visitor_id) for 8), ''::bytea) as visitors
from events e
join visits v
    on v.shard = e.shard and v.site_id = e.site_id and v.visitor_id = e.visitor_id
    and v.started_at = e.visit_started_at
where e.shard = any($1::smallint[]) and e.site_id = $2
    and e.ts >= $3::timestamptz - ${before_visit} and e.ts < $4::timestamptz + ${around_visits}
    and v.shard = any($1::smallint[]) and v.site_id = $2 and v.started_at >= $3 and v.started_at < $4
    and v.bot_reason = '' and e.kind = any($7::smallint[]) and ($6::text[] is null or ({value}) = any($6))
group by 1, 2

-- name: raw_visits
-- Human visits that started on stale days, by day and value.
-- $1 shards, $2 site, $3 and $4 begin and end of the days, $5 start of each day, ascending, $6 values, or null for all.
select
    width_bucket(v.started_at, $5::timestamptz[]) as number,
    {value} as value,
    count(*) as visits,
    count(*) filter (where ${is_bounce}) as bounces,
    (extract(epoch from sum(v.ended_at - v.started_at)) * 1000)::bigint as duration_ms,
    string_agg(distinct substring(uuid_send(v.visitor_id) for 8), ''::bytea) as visitors
from visits v
where v.shard = any($1::smallint[]) and v.site_id = $2 and v.started_at >= $3 and v.started_at < $4
    and v.bot_reason = '' and ($6::text[] is null or ({value}) = any($6))
group by 1, 2

-- name: state
-- The version of a site's rollups, the stale days of a range, whether it has deltas, and its number of visits.
-- $1 site, $2 and $3 the first and the last day, $4 grains and $5 first days of buckets that make them up.
select
    (select version from rollup_state where site_id = $1) as version,
    array(
        select distinct day from stale_days where site_id = $1 and day between $2 and $3 and not exits_only
    ) as stale,
    array(select distinct day from stale_days where site_id = $1 and day between $2 and $3) as stale_exits,
    exists (select 1 from rollup_deltas where site_id = $1 and dimension = 0 and day between $2 and $3) as has_deltas,
    coalesce(
        (
            select sum(r.visits)
            from unnest($4::smallint[], $5::date[]) as cover (grain, bucket)
            join rollups r
                on r.site_id = $1 and r.dimension = 0 and r.grain = cover.grain and r.bucket = cover.bucket
        ),
        0
    )::bigint + coalesce(
        (
            select sum(each.visits)
            from rollup_deltas d, unnest(d.visits) as each (visits)
            where d.site_id = $1 and d.dimension = 0 and d.day between $2 and $3
        ),
        0
    )::bigint as visits

-- name: visitors
-- The visitors of some values of a dimension: sketches of rollups, with their numbers, and hashes of deltas.
-- The first arguments of counted, and: $10 values.
select cover.number + 0 as number, r.value, r.visitors, r.uniques, true as is_sketch
from unnest($3::smallint[], $4::date[], $5::int[]) as cover (grain, bucket, number)
join rollups r on r.site_id = $1 and r.dimension = $2 and r.grain = cover.grain and r.bucket = cover.bucket
where r.value = any($10::text[]) and r.uniques > 0
union all
select width_bucket(d.day, $9::date[]), each.value, each.visitors, 0, false
from rollup_deltas d
cross join lateral unnest(d."values", d.visitors) as each (value, visitors)
where d.site_id = $1 and d.dimension = $2 and d.day between $6 and $7 and d.day <> all($8::date[])
    and each.value = any($10::text[]) and each.visitors <> ''

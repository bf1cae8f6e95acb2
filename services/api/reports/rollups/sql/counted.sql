-- What rollups and deltas say of one dimension. sketches: how many rows know visitors; bound: how many these are
-- at most, all together; least: how many at least; hashes: of deltas, each counted. Both halves have the same types
-- and collations, so that the planner need not put a step between them and what sums them up.
-- + 0: Citus 14 reads a bare number from this unnest as 0 where both halves come from several servers.
-- $1 site, $2 dimension, $3 grains and $4 first days of buckets, $5 their numbers, $6 and $7 the first and the last
-- day of deltas, $8 days that have none, $9 the first days of the numbers, rising.
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

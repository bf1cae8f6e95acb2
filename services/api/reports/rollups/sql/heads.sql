-- The values with the most visitors in each bucket, as far as it has 20 of them, and (place 0) in the deltas together.
-- Exactly what the index rollups_heads has: another constant here, and whole buckets are read and sorted.
-- $1 site, $2 dimension, $3 grains and $4 first days of buckets, $5 and $6 the first and the last day of deltas,
-- $7 days that have none, $8 values of each at most.
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

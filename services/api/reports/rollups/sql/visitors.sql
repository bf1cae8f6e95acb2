-- Who had some values of a dimension: sketches of rollups, with how many they know, and hashes of deltas.
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

-- $1 site; $2 to $5: grains, dimensions, buckets and values, together.
select r.grain, r.dimension, r.bucket, r.value, r.visitors
from unnest($2::smallint[], $3::smallint[], $4::date[], $5::text[]) as wanted (grain, dimension, bucket, value)
join rollups r
    on r.site_id = $1
    and r.grain = wanted.grain
    and r.dimension = wanted.dimension
    and r.bucket = wanted.bucket
    and r.value = wanted.value collate "C"
where r.visitors is not null

-- The visitors of sites' parts. $1 sites, $2 parts, $3 grains and $4 first days of their buckets.
select wanted.site_id, wanted.part, r.visitors
from unnest($1::int[], $2::int[], $3::smallint[], $4::date[]) as wanted (site_id, part, grain, bucket)
join rollups r
    on r.site_id = wanted.site_id and r.grain = wanted.grain and r.dimension = 0 and r.bucket = wanted.bucket
where r.uniques > 0

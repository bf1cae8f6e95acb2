-- How far the rollups of a site's days can be believed, and how much there is.
-- $1 site, $2 and $3 the first and the last day, $4 grains and $5 first days of buckets that make them up.
select
    (select version from rollup_state where site_id = $1) as version,
    array(
        select distinct day from rollup_dirty where site_id = $1 and day between $2 and $3 and not exits_only
    ) as unknown,
    array(select distinct day from rollup_dirty where site_id = $1 and day between $2 and $3) as unknown_exits,
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

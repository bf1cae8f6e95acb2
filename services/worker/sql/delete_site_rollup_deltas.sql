-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
delete from rollup_deltas
where shard = $2
    and site_id = $1
    and id <= coalesce(
        (
            select id
            from rollup_deltas
            where shard = $2 and site_id = $1
            order by id
            offset $3 - 1
            limit 1
        ),
        'ffffffff-ffff-ffff-ffff-ffffffffffff'
    )

-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
delete from rollup_deltas
where shard = $2
    and site_id = $1
    and bucket <= coalesce(
        (
            select bucket
            from rollup_deltas
            where shard = $2 and site_id = $1
            order by bucket
            offset $3 - 1
            limit 1
        ),
        'infinity'
    )

-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
delete from visitors
where shard = $2
    and site_id = $1
    and visitor_id <= coalesce(
        (
            select visitor_id
            from visitors
            where shard = $2 and site_id = $1
            order by visitor_id
            offset $3 - 1
            limit 1
        ),
        'ffffffff-ffff-ffff-ffff-ffffffffffff'
    )

-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
delete from events
where shard = $2
    and site_id = $1
    and ts <= coalesce(
        (
            select ts
            from events
            where shard = $2 and site_id = $1
            order by ts
            offset $3 - 1
            limit 1
        ),
        'infinity'
    )

-- Who is on the sites now: whoever did more than leave (4). $1 shards, $2 sites, $3 since when.
select site_id, count(distinct visitor_id) as visitors
from events
where shard = any($1::smallint[]) and site_id = any($2::int[]) and ts >= $3 and not is_bot and kind <> 4
group by site_id

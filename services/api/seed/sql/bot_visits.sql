-- The latest visits of programs. $1 site, $2 shards, $3 since when, $4 most.
select visitor_id, started_at, bot_reason
from visits
where site_id = $1 and shard = any($2::smallint[]) and started_at >= $3 and bot_reason <> ''
order by started_at desc, visitor_id
limit $4

-- The latest visits of programs. $1 site, $2 shards, $3 since when, $4 most, $5 the reason of the model, whose score
-- says how sure it is; rules are sure.
select
    v.visitor_id,
    v.started_at,
    v.bot_reason,
    (case when v.bot_reason = $5 then coalesce(o.score, 0.5) else 1 end)::double precision as confidence
from visits v
left join bot_opinions o on o.shard = v.shard and o.site_id = v.site_id and o.visitor_id = v.visitor_id
where v.site_id = $1 and v.shard = any($2::smallint[]) and v.started_at >= $3 and v.bot_reason <> ''
order by v.started_at desc, v.visitor_id
limit $4

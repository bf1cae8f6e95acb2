-- Visitors by the latest of their visits that are asked for, newest first.
-- $1 site, $2 begin of the span, $3 its end, $4 and $5 the place in the list (start, visitor) after which to go on,
-- $6 country, $7 browser, $8 whether a bot's (each null: any), $9 how many, $10 shards.
with shown as materialized (
    select
        v.site_id, v.visitor_id, v.started_at, v.country, v.region, v.city, v.browser, v.os, v.device, v.bot_reason,
        known.first_visit, known.last_visit
    from visits v
    join visitors known on known.shard = v.shard and known.site_id = v.site_id and known.visitor_id = v.visitor_id
    where v.site_id = $1
        and v.shard = any($10::smallint[])
        and v.started_at >= $2
        and v.started_at < $3
        and (v.started_at, v.visitor_id) < ($4::timestamptz, $5::uuid)
        and ($6::text is null or v.country = $6)
        and ($7::text is null or v.browser = $7)
        and ($8::boolean is null or (v.bot_reason <> '') = $8)
        and not exists (
            select 1
            from visits later
            where later.shard = v.shard
                and later.site_id = v.site_id
                and later.visitor_id = v.visitor_id
                and later.started_at > v.started_at
                and later.started_at < $3
                and ($6::text is null or later.country = $6)
                and ($7::text is null or later.browser = $7)
                and ($8::boolean is null or (later.bot_reason <> '') = $8)
        )
    order by v.started_at desc, v.visitor_id desc
    limit $9
)
select
    s.visitor_id as id, s.started_at as seen_at, s.country, s.region, s.city, s.browser, s.os, s.device, s.bot_reason,
    s.first_visit, s.last_visit, coalesce(n.label, '') as label
from shown s
left join visitor_notes n on n.site_id = s.site_id and n.visitor_id = s.visitor_id
order by s.started_at desc, s.visitor_id desc

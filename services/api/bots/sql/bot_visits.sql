-- $1 site, $2 and $3: they began from when until when, $4 shards; $5 rule, $6 network, $7 user agent, $8 whether they
-- count as people's (each null: any); $9 how many, $10 after how many.
select
    visitor_id as visitor, started_at, ended_at, pageviews, events, bot_reason as reason, bot_verdict as verdict,
    network, user_agent, browser as name, os, device, country, hostname, entry_page, referrer
from visits
where shard = any($4::smallint[]) and site_id = $1 and started_at >= $2 and started_at < $3
    and (bot_verdict <> '' or bot_reason <> '')
    and ($5::text is null or coalesce(nullif(bot_verdict, ''), bot_reason) = $5)
    and ($6::text is null or network = $6)
    and ($7::text is null or user_agent = $7)
    and ($8::boolean is null or (bot_reason = '') = $8)
order by started_at desc, visitor_id
limit $9 offset $10

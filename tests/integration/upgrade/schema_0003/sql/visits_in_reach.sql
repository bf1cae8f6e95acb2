-- $1: shard, $2 and $3: sites and visitors, in pairs, $4: no start before, $5: no start after, $6: no end before.
select
    v.site_id, v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events, v.engaged_ms, v.exit_page, v.bot_reason,
    v.entry_page, v.hostname, v.referrer, v.source, v.channel,
    v.utm_source, v.utm_medium, v.utm_campaign, v.utm_term, v.utm_content,
    v.country, v.region, v.city, v.browser, v.browser_version, v.os, v.os_version,
    v.device, v.screen, v.language
from unnest($2::int[], $3::uuid[]) as wanted (site_id, visitor_id)
join visits v
    on v.shard = $1
    and v.site_id = wanted.site_id
    and v.visitor_id = wanted.visitor_id
where v.started_at >= $4
    and v.started_at <= $5
    and v.ended_at >= $6

-- A shard's visits in the order of time, as transfers/rows.py has them. $1 shard, $2 site, $3 and $4: from, and before.
select
    v.visitor_id,
    v.started_at,
    v.ended_at,
    least(p.first_visit, v.started_at) as first_visit,
    greatest(p.last_visit, v.started_at) as last_visit,
    v.pageviews, v.events, v.engaged_ms, v.screen_width, v.bot_reason, v.network, v.user_agent, v.hostname,
    v.entry_page, v.exit_page, v.referrer, v.source, v.channel,
    v.utm_source, v.utm_medium, v.utm_campaign, v.utm_term, v.utm_content,
    v.country, v.region, v.city, v.browser, v.browser_version, v.os, v.os_version, v.device, v.screen, v.language
from visits v
left join visitors p on p.shard = v.shard and p.site_id = v.site_id and p.visitor_id = v.visitor_id
where v.shard = $1
  and v.site_id = $2
  and v.started_at >= $3
  and v.started_at < $4
order by v.started_at

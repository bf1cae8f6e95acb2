-- A visitor's visits, newest first. $1 shard, $2 site, $3 visitor, $4 those that began before, $5 how many.
select
    visitor_id as visitor, started_at, ended_at, pageviews, events, engaged_ms, hostname, entry_page, exit_page,
    referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, region, city,
    browser, browser_version, os, os_version, device, screen, language, bot_reason, network, user_agent
from visits
where shard = $1 and site_id = $2 and visitor_id = $3 and started_at < $4
order by started_at desc
limit $5

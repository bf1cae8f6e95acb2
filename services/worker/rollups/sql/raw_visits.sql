-- People's visits that may have had a part in a day. $1 shard, $2 site, $3 begin of the day, $4 its end.
select
    visitor_id, started_at, ended_at, pageviews, events,
    entry_page, hostname, referrer, source, channel,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content,
    country, region, city, browser, browser_version, os, os_version,
    device, screen, language
from visits
where shard = $1 and site_id = $2 and bot_reason = ''
    and started_at >= $3::timestamptz - interval '1 day' and started_at < $4::timestamptz + interval '1 hour'
    and ended_at >= $3

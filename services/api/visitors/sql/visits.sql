-- Visits of a site, newest first.
-- $1 site, $2 begin of the span, $3 its end, $4 and $5 the place in the list (start, visitor) after which to go on,
-- $6 country, $7 browser, $8 whether a bot's (each null: any), $9 how many, $10 shards.
select
    visitor_id as visitor, started_at, ended_at, pageviews, events, engaged_ms, hostname, entry_page, exit_page,
    referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, region, city,
    browser, browser_version, os, os_version, device, screen, language, bot_reason, network, user_agent
from visits
where site_id = $1
    and shard = any($10::smallint[])
    and started_at >= $2
    and started_at < $3
    and (started_at, visitor_id) < ($4::timestamptz, $5::uuid)
    and ($6::text is null or country = $6)
    and ($7::text is null or browser = $7)
    and ($8::boolean is null or (bot_reason <> '') = $8)
order by started_at desc, visitor_id desc
limit $9

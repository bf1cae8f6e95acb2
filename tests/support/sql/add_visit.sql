insert into visits (
    started_at, ended_at, visitor_id, site_id, pageviews, events, engaged_ms, shard, screen_width, bot_reason, network,
    user_agent, hostname, entry_page, exit_page, referrer, source, channel, utm_source, utm_medium, utm_campaign,
    utm_term, utm_content, country, region, city, browser, browser_version, os, os_version, device, screen, language
)
values (
    $1, $2, $3, $4, $5, $6, 0, $7, 0, $8, '', '', 'example.com', '/', '/',
    '', '', 'direct', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''
)

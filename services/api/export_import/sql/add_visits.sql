-- Adds visits, and brings those that are known up to date where the file knows more of them: a visit only grows.
-- $1 shard, $2 site; $3 and on: one array a column, each visit once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into visits (
    shard, site_id, bot_verdict,
    visitor_id, started_at, ended_at, pageviews, events, engaged_ms, screen_width, bot_reason, network, user_agent,
    hostname, entry_page, exit_page, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term,
    utm_content, country, region, city, browser, browser_version, os, os_version, device, screen, language
)
select
    o.shard, $2, case when bot_reason = 'manual' then '' else bot_reason end,
    visitor_id, started_at, ended_at, pageviews, events, engaged_ms, screen_width, bot_reason, network, user_agent,
    hostname, entry_page, exit_page, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term,
    utm_content, country, region, city, browser, browser_version, os, os_version, device, screen, language
from ingest_offsets o
cross join unnest(
    $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::int[], $7::int[], $8::bigint[], $9::smallint[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
    $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[],
    $26::text[], $27::text[], $28::text[], $29::text[], $30::text[], $31::text[], $32::text[], $33::text[]
) as n (
    visitor_id, started_at, ended_at, pageviews, events, engaged_ms, screen_width, bot_reason, network, user_agent,
    hostname, entry_page, exit_page, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term,
    utm_content, country, region, city, browser, browser_version, os, os_version, device, screen, language
)
where o.shard = $1
on conflict (shard, site_id, visitor_id, started_at) do update
set ended_at = excluded.ended_at,
    pageviews = excluded.pageviews,
    events = excluded.events,
    engaged_ms = excluded.engaged_ms,
    exit_page = excluded.exit_page
where excluded.ended_at >= visits.ended_at
  and excluded.pageviews >= visits.pageviews
  and excluded.events >= visits.events
  and excluded.engaged_ms >= visits.engaged_ms
  and (excluded.ended_at, excluded.pageviews, excluded.events, excluded.engaged_ms)
      <> (visits.ended_at, visits.pageviews, visits.events, visits.engaged_ms)
returning started_at

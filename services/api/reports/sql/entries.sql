-- Visits by the page on which they began.
select
    v.entry_page as value,
    count(*) as visits,
    count(*) filter (where v.pageviews <= 1 and v.events = 0) as bounces,
    (extract(epoch from sum(v.ended_at - v.started_at)) * 1000)::bigint as duration_ms
from visits v
where v.site_id = $1 and v.started_at >= $2 and v.started_at < $3 and v.shard = any($4::smallint[])
    and v.bot_reason = '' and {visit_filters}
group by v.entry_page

-- name: realtime
-- What people do on a site in a few minutes: of each part of the answer its values with visitors and pageviews.
-- $1 site, $2 begin of the span, at a full minute, $3 its end, $4 shards, $5 kinds, $6 that of a pageview,
-- $7 since when visitors are there now, $8 most values of a part.
with recent as (
    select e.visitor_id, e.ts, e.kind, e.path, v.source, v.country
    from events e
    join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
    where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[])
        and e.kind = any($5::smallint[]) and {narrowed}
        and v.site_id = $1 and v.started_at >= $2::timestamptz - ${longest_visit}
        and v.started_at < $3::timestamptz + ${before_visit} and v.shard = any($4::smallint[])
        and v.bot_reason = '' and {visit_filters}
),
valued as (
    select 'minutes' as part, floor(extract(epoch from ts - $2) / 60)::integer::text as value, visitor_id, kind from recent
    union all
    select 'pages', path, visitor_id, kind from recent
    union all
    select 'sources', source, visitor_id, kind from recent
    union all
    select 'countries', country, visitor_id, kind from recent
    union all
    select 'now', '', visitor_id, kind from recent where ts >= $7
),
counted as (
    select
        part,
        value collate "C" as value,
        count(distinct visitor_id) as visitors,
        count(*) filter (where kind = $6) as pageviews
    from valued
    group by part, value
),
placed as (
    select *, row_number() over (partition by part order by visitors desc, pageviews desc, value) as place
    from counted
)
select part, value, visitors, pageviews
from placed
where place <= $8 or part = 'minutes'
order by part, place

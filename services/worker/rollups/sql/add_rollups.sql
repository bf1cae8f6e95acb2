-- One array a column. Counts are added; the sketch, where one is given, has all that the stored one had.
insert into rollups (
    site_id, grain, dimension, bucket, value,
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, uniques, visitors
)
select *
from unnest(
    $1::int[], $2::smallint[], $3::smallint[], $4::date[], $5::text[],
    $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::int[], $16::bytea[]
)
on conflict (site_id, grain, dimension, bucket, value) do update
set visits = rollups.visits + excluded.visits,
    bounces = rollups.bounces + excluded.bounces,
    duration_ms = rollups.duration_ms + excluded.duration_ms,
    pageviews = rollups.pageviews + excluded.pageviews,
    events = rollups.events + excluded.events,
    clicks = rollups.clicks + excluded.clicks,
    engaged_ms = rollups.engaged_ms + excluded.engaged_ms,
    leaves = rollups.leaves + excluded.leaves,
    scroll = rollups.scroll + excluded.scroll,
    uniques = case when excluded.visitors is null then rollups.uniques else excluded.uniques end,
    visitors = coalesce(excluded.visitors, rollups.visitors)

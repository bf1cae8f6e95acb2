-- name: events_in_order
-- In the order in which the worker wrote them: by shard and time.
select * from events order by shard, ts

-- name: make_copies
-- Create empty tables with the columns and indexes of the worker's.
drop table if exists copied_visitors, copied_visits, copied_events;
create table copied_visitors (like visitors including all);
create table copied_visits (like visits including all);
create table copied_events (like events including all);

-- name: make_site
-- $1: name, $2: url. The site that receives all beacons.
insert into sites (name, url, created_at) values ($1, $2, now()) returning id

-- name: offsets
-- The offset of each shard's stream.
select shard, last_id from ingest_offsets

-- name: outcomes
-- Beacons by outcome, over all shards, sites and days.
select outcome, sum(beacons)::bigint as beacons from ingest_counts group by outcome

-- name: pageviews
-- $1: site. Page views in all of its months.
select coalesce(sum(pageviews), 0)::bigint as pageviews from rollups where site_id = $1 and grain = $2 and dimension = $3

-- name: plain_country
-- A plain query for comparison. $1 site, $2 begin of the span, $3 its end.
select country as value, count(distinct visitor_id) as visitors, count(*) as visits
from visits
where site_id = $1 and started_at >= $2 and started_at < $3 and bot_reason = ''
group by country
order by visitors desc
limit 10

-- name: plain_country_on_mobile
-- A plain query for comparison. $1 site, $2 begin of the span, $3 its end.
select country as value, count(distinct visitor_id) as visitors, count(*) as visits
from visits
where site_id = $1 and started_at >= $2 and started_at < $3 and bot_reason = '' and device = 'Mobile'
group by country
order by visitors desc
limit 10

-- name: plain_page
-- A plain query for comparison. $1 site, $2 begin of the span, $3 its end.
select path as value, count(distinct visitor_id) as visitors, count(*) filter (where kind = 1) as pageviews
from events
where site_id = $1 and ts >= $2 and ts < $3 and not is_bot and kind in (1, 2, 3)
group by path
order by visitors desc
limit 10

-- name: plain_source
-- A plain query for comparison. $1 site, $2 begin of the span, $3 its end.
select source as value, count(distinct visitor_id) as visitors, count(*) as visits
from visits
where site_id = $1 and started_at >= $2 and started_at < $3 and bot_reason = ''
group by source
order by visitors desc
limit 10

-- name: plain_source_in_germany
-- A plain query for comparison. $1 site, $2 begin of the span, $3 its end.
select source as value, count(distinct visitor_id) as visitors, count(*) as visits
from visits
where site_id = $1 and started_at >= $2 and started_at < $3 and bot_reason = '' and country = 'DE'
group by source
order by visitors desc
limit 10

-- name: rows
-- What the beacons became.
select (select count(*) from events) as events,
    (select count(*) from visits) as visits,
    (select count(*) from visitors) as visitors

-- name: site_id
-- $1: name.
select id from sites where name = $1

-- name: visitors_in_order
-- A shard after the other.
select * from visitors order by shard

-- name: visits_in_order
-- In the order in which the worker wrote them: by shard and time.
select * from visits order by shard, started_at

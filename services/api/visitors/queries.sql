-- name: delete_note
-- $1 site, $2 visitor.
delete from visitor_notes where site_id = $1 and visitor_id = $2

-- name: end_of_visit
-- $1 shard, $2 site, $3 visitor, $4 when the visit began.
select ended_at from visits where shard = $1 and site_id = $2 and visitor_id = $3 and started_at = $4

-- name: erase_dead_letters
-- Dead letters of the visitor, also those that could not be decoded. $1 shard, $2 site, $3 the visitor's 16 bytes.
delete from dead_letters
where shard = $1 and (site_id = $2 or site_id is null) and position($3::bytea in payload) > 0

-- name: erase_events
-- The events of one of a visitor's visits. By the visit's time range, because an index has the time and none has the visitor.
-- $1 shard, $2 site, $3 visitor, $4 earliest and $5 latest time of an event.
delete from events
where shard = $1 and site_id = $2 and visitor_id = $3 and ts >= $4 and ts <= $5

-- name: erase_score
-- $1 shard, $2 site, $3 visitor.
delete from bot_scores where shard = $1 and site_id = $2 and visitor_id = $3

-- name: erase_candidates
-- $1 shard, $2 site, $3 visitor.
delete from bot_candidates where shard = $1 and site_id = $2 and visitor_id = $3

-- name: erase_visitor
-- $1 shard, $2 site, $3 visitor.
delete from visitors where shard = $1 and site_id = $2 and visitor_id = $3

-- name: erase_visits
-- $1 shard, $2 site, $3 visitor.
delete from visits where shard = $1 and site_id = $2 and visitor_id = $3
returning started_at, ended_at

-- name: events_of_visit
-- The events of one visit, oldest first.
select id, ts as time, kind, hostname, path, name, props, engaged_ms, scroll
from events
where shard = :shard and site_id = :site_id and visitor_id = :visitor_id and visit_started_at = :started_at
    and ts >= :earliest and ts <= :latest
order by ts, id
limit :limit

-- name: lock_visitor
-- No row when the visitor is unknown. Erasures of the visitor wait until this transaction ends.
-- $1 shard, $2 site, $3 visitor.
select visitor_id from visitors where shard = $1 and site_id = $2 and visitor_id = $3 for key share

-- name: put_note
-- For a locked visitor. $1 site, $2 visitor, $3 label, $4 note, $5 now.
insert into visitor_notes (site_id, visitor_id, label, note, updated_at)
values ($1, $2, $3, $4, $5)
on conflict (site_id, visitor_id) do update
set label = excluded.label, note = excluded.note, updated_at = excluded.updated_at

-- name: record_erasure
-- Beacons that the visitor sent until $4 are dropped, whenever they arrive. $1 shard, $2 site, $3 visitor, $4 until.
insert into visitor_erasures (shard, site_id, visitor_id, until)
values ($1, $2, $3, $4)
on conflict (shard, site_id, visitor_id) do update
set until = greatest(visitor_erasures.until, excluded.until)

-- name: visitor
-- $1 shard, $2 site, $3 visitor.
select v.visitor_id as id, v.first_visit, v.last_visit, coalesce(n.label, '') as label, coalesce(n.note, '') as note
from visitors v
left join visitor_notes n on n.site_id = v.site_id and n.visitor_id = v.visitor_id
where v.shard = $1 and v.site_id = $2 and v.visitor_id = $3

-- name: visitors
-- Visitors by their latest matching visit, newest first.
-- $1 site, $2 begin and $3 end of the time range, $4 and $5 the cursor (start, visitor),
-- $6 country, $7 browser, $8 whether a bot's (each null: any), $9 limit, $10 shards.
with shown as materialized (
    select
        v.site_id, v.visitor_id, v.started_at, v.country, v.region, v.city, v.browser, v.os, v.device, v.bot_reason,
        known.first_visit, known.last_visit
    from visits v
    join visitors known on known.shard = v.shard and known.site_id = v.site_id and known.visitor_id = v.visitor_id
    where v.site_id = $1
        and v.shard = any($10::smallint[])
        and v.started_at >= $2
        and v.started_at < $3
        and (v.started_at, v.visitor_id) < ($4::timestamptz, $5::uuid)
        and ($6::text is null or v.country = $6)
        and ($7::text is null or v.browser = $7)
        and ($8::boolean is null or (v.bot_reason <> '') = $8)
        and not exists (
            select 1
            from visits later
            where later.shard = v.shard
                and later.site_id = v.site_id
                and later.visitor_id = v.visitor_id
                and later.started_at > v.started_at
                and later.started_at < $3
                and ($6::text is null or later.country = $6)
                and ($7::text is null or later.browser = $7)
                and ($8::boolean is null or (later.bot_reason <> '') = $8)
        )
    order by v.started_at desc, v.visitor_id desc
    limit $9
)
select
    s.visitor_id as id, s.started_at as seen_at, s.country, s.region, s.city, s.browser, s.os, s.device, s.bot_reason,
    s.first_visit, s.last_visit, coalesce(n.label, '') as label
from shown s
left join visitor_notes n on n.site_id = s.site_id and n.visitor_id = s.visitor_id
order by s.started_at desc, s.visitor_id desc

-- name: visits
-- Visits of a site, newest first.
-- $1 site, $2 begin and $3 end of the time range, $4 and $5 the cursor (start, visitor),
-- $6 country, $7 browser, $8 whether a bot's (each null: any), $9 limit, $10 shards.
select
    v.visitor_id as visitor, v.started_at, v.ended_at, v.pageviews, v.events, v.engaged_ms, ${dimension_columns},
    v.bot_reason, v.network, v.user_agent
from visits v
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

-- name: visits_of_visitor
-- A visitor's visits, newest first. $1 shard, $2 site, $3 visitor, $4 start before which to list, $5 limit.
select
    v.visitor_id as visitor, v.started_at, v.ended_at, v.pageviews, v.events, v.engaged_ms, ${dimension_columns},
    v.bot_reason, v.network, v.user_agent
from visits v
where shard = $1 and site_id = $2 and visitor_id = $3 and started_at < $4
order by started_at desc
limit $5

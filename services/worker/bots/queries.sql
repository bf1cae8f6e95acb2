-- name: delete_candidates
-- $1 shard; $2 to $4: one array a column.
delete from bot_candidates b
using unnest($2::int[], $3::uuid[], $4::timestamptz[]) as n (site_id, visitor_id, started_at)
where b.shard = $1 and b.site_id = n.site_id and b.visitor_id = n.visitor_id and b.started_at = n.started_at

-- name: delete_old_scores
-- Delete the scores of a shard's visitors that the latest run did not renew. $1 shard, $2 site, $3 time of that run.
delete from bot_scores where shard = $1 and site_id = $2 and computed_at < $3

-- name: events_of_visits
-- Events of visits without engagement. $1 shard, $2 site, $3 visitors and $4 starts, in pairs; $5 and $6: the period of
-- all of them.
select e.visitor_id, e.visit_started_at, e.ts, case e.kind when 1 then e.path end as path
from unnest($3::uuid[], $4::timestamptz[]) as n (visitor_id, started_at)
join events e on e.visitor_id = n.visitor_id and e.visit_started_at = n.started_at
where e.shard = $1 and e.site_id = $2 and e.ts >= $5 and e.ts <= $6 and e.kind <> 4
order by e.ts, e.id

-- name: classify_events
-- Set whether the events of visits are a bot's. $1 shard, $2 site; $3 to $5, one array a column; $6 and $7: the period
-- of all of them.
update events e
set is_bot = n.is_bot
from unnest($3::uuid[], $4::timestamptz[], $5::boolean[]) as n (visitor_id, started_at, is_bot)
where e.shard = $1
    and e.site_id = $2
    and e.visitor_id = n.visitor_id
    and e.visit_started_at = n.started_at
    and e.ts >= $6
    and e.ts <= $7

-- name: classify_visits
-- Set verdicts and reasons of visits. $1 shard, $2 site; $3 to $6, one array a column; $7 and $8: the earliest and the
-- latest start among them.
update visits v
set bot_verdict = n.verdict, bot_reason = n.reason
from unnest($3::uuid[], $4::timestamptz[], $5::text[], $6::text[]) as n (visitor_id, started_at, verdict, reason)
where v.shard = $1
    and v.site_id = $2
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at
    and v.started_at >= $7
    and v.started_at <= $8

-- name: histories
-- All visits of visitors with more page views than $4. $1 shard, $2 site, $3 visitors.
select visitor_id, started_at, ended_at, pageviews, engaged_ms
from (
    select *, sum(pageviews) over (partition by visitor_id) as in_all
    from visits
    where shard = $1 and site_id = $2 and visitor_id = any($3::uuid[])
) v
where in_all > $4::int

-- name: lock_reclassification
-- $1: site. No row when another worker has it, or it is finished.
select r.shard, r.after_start, r.after_visitor, r.with_behavior, r.requested_at
from bot_reclassifications r
where r.site_id = $1 and r.finished_at is null
for update skip locked

-- name: next_visits
-- The next $5 visits of a shard in the order of time. $1 shard, $2 site; after $3 start and $4 visitor.
select visitor_id, started_at, ended_at, pageviews, events, bot_reason, bot_verdict, network, user_agent
from visits
where shard = $1 and site_id = $2 and started_at >= $3 and (started_at, visitor_id) > ($3, $4)
order by started_at, visitor_id
limit $5

-- name: update_reclassification
-- Record the progress. $1 site, $2 shard, $3 and $4: the last visit read, $5 visits read, $6 visits changed; $7: when it
-- finished, or null.
update bot_reclassifications
set shard = $2, after_start = $3, after_visitor = $4, visits_seen = visits_seen + $5,
    visits_changed = visits_changed + $6, finished_at = $7
where site_id = $1

-- name: pages_to_score
-- Page views of visitors since $3. $1 shard, $2 site, $4 visitors.
select visitor_id, ts, path
from events
where shard = $1 and site_id = $2 and ts >= $3 and kind = 1 and visitor_id = any($4::uuid[])
order by visitor_id, ts, id

-- name: visits_to_score
-- Visits since $3 of visitors with at least $4 page views. $1 shard, $2 site.
select visitor_id, started_at, ended_at, engaged_ms, events
from (
    select *, sum(pageviews) over (partition by visitor_id) as in_all
    from visits
    where shard = $1 and site_id = $2 and started_at >= $3 and bot_verdict in ('', 'model')
) v
where in_all >= $4::int

-- name: paths_of_visits
-- Number of distinct paths that visitors viewed. $1 shard, $2 site, $3 visitors, $4 starts and $5 ends of their visits.
select e.visitor_id, count(distinct e.path) as paths
from unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) as n (visitor_id, started_at, ended_at)
cross join lateral (
    select visitor_id, path
    from events
    where shard = $1 and site_id = $2 and kind = 1 and visitor_id = n.visitor_id and visit_started_at = n.started_at
        and ts >= n.started_at - ${session_timeout} and ts <= n.ended_at
) e
group by e.visitor_id

-- name: put_scores
-- $1 shard, $2 site, $3 now; $4 to $7: one array a column, reasons separated by commas.
-- Joined to the shard's own row, so that a distributed database routes the statement to the one server with the shard.
insert into bot_scores (shard, site_id, visitor_id, score, reasons, last_visit, computed_at)
select o.shard, $2, n.visitor_id, n.score, string_to_array(n.reasons, ','), n.last_visit, $3
from ingest_offsets o
cross join unnest($4::uuid[], $5::real[], $6::text[], $7::timestamptz[]) as n (visitor_id, score, reasons, last_visit)
where o.shard = $1
on conflict (shard, site_id, visitor_id) do update
set score = excluded.score, reasons = excluded.reasons, last_visit = excluded.last_visit,
    computed_at = excluded.computed_at

-- name: reclassifications
-- Sites whose visits are to be reclassified, and since when.
select site_id, requested_at from bot_reclassifications where finished_at is null order by requested_at

-- name: returning_visitors
-- Human visitors who returned since $2: site and visitor. $1 shard.
select s.id as site_id, v.visitor_id
from sites s
cross join lateral (
    select distinct visitor_id
    from visits
    where shard = $1 and site_id = s.id and started_at >= $2 and bot_verdict = ''
) v
join visitors w on w.shard = $1 and w.site_id = s.id and w.visitor_id = v.visitor_id
where w.first_visit < w.last_visit

-- name: sites
-- Sites that are not deleted.
select id from sites where deleted_at is null order by id

-- name: candidates
-- Up to $2 candidates of a shard and their visits; null for a visit that no longer exists. $1 shard.
select n.site_id, n.visitor_id, n.started_at, v.ended_at, v.pageviews, v.events, v.bot_reason, v.bot_verdict, v.network,
    v.user_agent
from (
    select site_id, visitor_id, started_at
    from bot_candidates
    where shard = $1
    order by site_id, visitor_id, started_at
    limit $2
) n
left join visits v
    on v.shard = $1
    and v.site_id = n.site_id
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at

-- name: visits_of_scored
-- Visits since $3 with the model's verdict, and unclassified ones of visitors with a score ($4). $1 shard, $2 site.
select visitor_id, started_at, ended_at, pageviews, events, bot_reason, bot_verdict, network, user_agent
from visits
where shard = $1 and site_id = $2 and started_at >= $3
    and (bot_verdict = 'model' or (bot_verdict = '' and visitor_id = any($4::uuid[])))

-- name: visits_by_key
-- $1 shard, $2 site, $3 visitors and $4 starts, in pairs; $5 and $6: the earliest and the latest start.
select
    v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events, v.bot_reason, v.bot_verdict, v.network, v.user_agent
from unnest($3::uuid[], $4::timestamptz[]) as n (visitor_id, started_at)
join visits v
    on v.shard = $1
    and v.site_id = $2
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at
where v.started_at >= $5 and v.started_at <= $6

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

-- name: classify_events
-- Sets whether the events of visits are a bot's. One array per column; since and until enclose all of the visits.
update events e
set is_bot = n.is_bot
from unnest(:visitor_ids::uuid[], :starts::timestamptz[], :is_bot::boolean[]) as n (visitor_id, started_at, is_bot)
where e.shard = :shard
    and e.site_id = :site_id
    and e.visitor_id = n.visitor_id
    and e.visit_started_at = n.started_at
    and e.ts >= :since
    and e.ts <= :until

-- name: classify_visits
-- Sets verdicts and reasons of visits. One array per column; first_start and last_start are the extremes of the starts.
update visits v
set bot_verdict = n.verdict, bot_reason = n.reason
from unnest(:visitor_ids::uuid[], :starts::timestamptz[], :verdicts::text[], :reasons::text[])
    as n (visitor_id, started_at, verdict, reason)
where v.shard = :shard
    and v.site_id = :site_id
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at
    and v.started_at >= :first_start
    and v.started_at <= :last_start

-- name: delete_candidates
-- $1 shard; $2 to $4: one array per column.
delete from bot_candidates b
using unnest($2::int[], $3::uuid[], $4::timestamptz[]) as n (site_id, visitor_id, started_at)
where b.shard = $1 and b.site_id = n.site_id and b.visitor_id = n.visitor_id and b.started_at = n.started_at

-- name: delete_old_scores
-- Scores of a shard's visitors that the latest run did not renew. $1 shard, $2 site, $3 time of that run.
delete from bot_scores where shard = $1 and site_id = $2 and computed_at < $3

-- name: events_of_visits
-- Events of visits without engagement. visitor_ids and starts are pairs; since and until enclose all of the visits.
select e.visitor_id, e.visit_started_at, e.ts, case e.kind when 1 then e.path end as path
from unnest(:visitor_ids::uuid[], :starts::timestamptz[]) as n (visitor_id, started_at)
join events e on e.visitor_id = n.visitor_id and e.visit_started_at = n.started_at
where e.shard = :shard and e.site_id = :site_id and e.ts >= :since and e.ts <= :until and e.kind <> 4
order by e.ts, e.id

-- name: lock_reclassification
-- No row when another worker has it, or when it is finished. $1 site.
select r.shard, r.after_start, r.after_visitor, r.with_behavior, r.requested_at
from bot_reclassifications r
where r.site_id = $1 and r.finished_at is null
for update skip locked

-- name: next_visits
-- The next $5 visits of a shard by start and visitor. $1 shard, $2 site; after $3 start and $4 visitor.
select visitor_id, started_at, ended_at, pageviews, events, bot_reason, bot_verdict, network, user_agent
from visits
where shard = $1 and site_id = $2 and started_at >= $3 and (started_at, visitor_id) > ($3, $4)
order by started_at, visitor_id
limit $5

-- name: pages_to_score
-- Page views of visitors since $3. $1 shard, $2 site, $4 visitors.
select visitor_id, ts, path
from events
where shard = $1 and site_id = $2 and ts >= $3 and kind = 1 and visitor_id = any($4::uuid[])
order by visitor_id, ts, id

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

-- name: reclassifications
-- Requested reclassifications, the oldest request first.
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

-- name: store_scores
-- One array per column; the reasons of a visitor are one text, separated by commas.
-- Joined to the shard's own row, so that a distributed database routes the statement to the one server with the shard.
insert into bot_scores (shard, site_id, visitor_id, score, reasons, last_visit, computed_at)
select o.shard, :site_id, n.visitor_id, n.score, string_to_array(n.reasons, ','), n.last_visit, :computed_at
from ingest_offsets o
cross join unnest(:visitor_ids::uuid[], :scores::real[], :reasons::text[], :last_visits::timestamptz[])
    as n (visitor_id, score, reasons, last_visit)
where o.shard = :shard
on conflict (shard, site_id, visitor_id) do update
set score = excluded.score, reasons = excluded.reasons, last_visit = excluded.last_visit,
    computed_at = excluded.computed_at

-- name: update_reclassification
-- Records the progress. after_start and after_visitor: the last visit that was read; finished_at is null until the end.
update bot_reclassifications
set shard = :shard, after_start = :after_start, after_visitor = :after_visitor,
    visits_seen = visits_seen + :visits_read, visits_changed = visits_changed + :visits_changed,
    finished_at = :finished_at
where site_id = :site_id

-- name: visit_histories
-- All visits of visitors with more page views than $4. $1 shard, $2 site, $3 visitors.
select visitor_id, started_at, ended_at, pageviews, engaged_ms
from (
    select *, sum(pageviews) over (partition by visitor_id) as total
    from visits
    where shard = $1 and site_id = $2 and visitor_id = any($3::uuid[])
) v
where total > $4::int

-- name: visits_by_key
-- visitor_ids and starts are pairs; first_start and last_start are the extremes of the starts.
select
    v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events, v.bot_reason, v.bot_verdict, v.network, v.user_agent
from unnest(:visitor_ids::uuid[], :starts::timestamptz[]) as n (visitor_id, started_at)
join visits v
    on v.shard = :shard
    and v.site_id = :site_id
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at
where v.started_at >= :first_start and v.started_at <= :last_start

-- name: visits_of_scored
-- Visits since $3 with the model's verdict, and unclassified ones of visitors with a score ($4). $1 shard, $2 site.
select visitor_id, started_at, ended_at, pageviews, events, bot_reason, bot_verdict, network, user_agent
from visits
where shard = $1 and site_id = $2 and started_at >= $3
    and (bot_verdict = 'model' or (bot_verdict = '' and visitor_id = any($4::uuid[])))

-- name: visits_to_score
-- Visits since $3 of visitors with at least $4 page views. $1 shard, $2 site.
select visitor_id, started_at, ended_at, engaged_ms, events
from (
    select *, sum(pageviews) over (partition by visitor_id) as total
    from visits
    where shard = $1 and site_id = $2 and started_at >= $3 and bot_verdict in ('', 'model')
) v
where total >= $4::int

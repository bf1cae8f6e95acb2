-- Adds the events that are not there yet and lie within a visit that is.
-- $1 shard, $2 site; $3 to $14: one array a column; $15 and $16: the earliest and the latest start of their visits.
-- Gives how many lie within a visit, and when those happened that were added.
with given as (
    select *
    from unnest(
        $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::smallint[], $8::boolean[], $9::int[],
        $10::smallint[], $11::text[], $12::text[], $13::text[], $14::jsonb[]
    ) as n (
        visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props
    )
),
placed as (
    select g.*
    from given g
    join visits v
        on v.shard = $1
        and v.site_id = $2
        and v.visitor_id = g.visitor_id
        and v.started_at = g.visit_started_at
    where v.started_at >= $15
      and v.started_at <= $16
      and g.ts <= v.ended_at
),
added as (
    insert into events (
        shard, site_id, visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name,
        props
    )
    select
        $1, $2, visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props
    from placed
    on conflict (shard, site_id, ts, id) do nothing
    returning ts
)
select (select count(*) from placed) as placed, array(select ts from added) as added

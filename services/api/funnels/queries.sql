-- name: add_funnel
-- No row when the site has the maximum number of funnels.
-- $1 funnel, $2 site, $3 name, $4 scope, $5 now, $6 the maximum.
insert into funnels (id, site_id, name, within, created_at)
select $1, $2, $3, $4, $5
where (select count(*) from funnels where site_id = $2) < $6::int
returning id

-- name: add_steps
-- $1 funnel; $2 to $5, one array per column, in order: goal or null, page, event, properties.
insert into funnel_steps (funnel_id, step, goal_id, page, event, properties)
select $1, step, goal_id, page, event, properties
from unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[]) with ordinality
    as s (goal_id, page, event, properties, step)

-- name: change_funnel
-- No row when the site has no such funnel. $1 funnel, $2 site, $3 name, $4 scope.
update funnels
set name = $3, within = $4
where id = $1 and site_id = $2
returning created_at

-- name: delete_funnel
-- No row when the site has no such funnel. $1 funnel, $2 site.
delete from funnels
where id = $1 and site_id = $2
returning id

-- name: delete_steps
-- $1: funnel.
delete from funnel_steps where funnel_id = $1

-- name: funnels
-- The funnels of a site, by name, with their steps in order. $1 site, $2 one funnel, or null for all.
select
    f.id, f.name, f.within, f.created_at,
    jsonb_agg(
        jsonb_build_object(
            'goal', coalesce(g.name, ''),
            'page', coalesce(g.page, s.page),
            'event', coalesce(g.event, s.event),
            'properties', coalesce(g.properties, s.properties)
        )
        order by s.step
    ) as steps
from funnels f
join funnel_steps s on s.funnel_id = f.id
left join goals g on g.id = s.goal_id
where f.site_id = $1 and ($2::uuid is null or f.id = $2)
group by f.id
order by f.name collate "C"

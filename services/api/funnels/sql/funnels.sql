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

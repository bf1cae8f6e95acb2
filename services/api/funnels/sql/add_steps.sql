-- $1 funnel; $2 to $5, one array a column and in order: goal or null, page, event, properties.
insert into funnel_steps (funnel_id, step, goal_id, page, event, properties)
select $1, step, goal_id, page, event, properties
from unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[]) with ordinality
    as s (goal_id, page, event, properties, step)

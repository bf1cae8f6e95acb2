-- name: add_goal
-- No row when the site has the maximum number of goals. $1 goal, $2 site, $3 name, $4 page, $5 event, $6 properties, $7 now,
-- $8 the maximum.
insert into goals (id, site_id, name, page, event, properties, created_at)
select $1, $2, $3, $4, $5, $6, $7
where (select count(*) from goals where site_id = $2) < $8::int
returning id

-- name: change_goal
-- No row when the site has no such goal. $1 goal, $2 site, $3 name, $4 page, $5 event, $6 properties.
update goals
set name = $3, page = $4, event = $5, properties = $6
where id = $1 and site_id = $2
returning id, name, page, event, properties, created_at

-- name: delete_goal
-- No row when the site has no such goal. $1 goal, $2 site.
delete from goals
where id = $1 and site_id = $2
returning id

-- name: goal
-- $1 goal, $2 site.
select id, name, page, event, properties, created_at
from goals
where id = $1 and site_id = $2

-- name: goals
-- The goals of a site, by name. $1: site.
select id, name, page, event, properties, created_at
from goals
where site_id = $1
order by name collate "C"

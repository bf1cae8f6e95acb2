-- name: add_goal
-- No row when the site has the maximum number of goals.
insert into goals (id, site_id, name, page, event, properties, created_at)
select :id, :site_id, :name, :page, :event, :properties, :now
where (select count(*) from goals where site_id = :site_id) < :max_goals::int
returning id

-- name: change_goal
-- No row when the site has no such goal.
update goals
set name = :name, page = :page, event = :event, properties = :properties
where id = :id and site_id = :site_id
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

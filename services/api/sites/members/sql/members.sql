-- $1: site.
select username
from site_admins
join users on users.id = user_id
where site_id = $1
order by lower(username)

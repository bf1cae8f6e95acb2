-- The number of a site, if the user may see it. $1 is admin, $2 user, $3 name.
select id
from sites
where name = $3
  and deleted_at is null
  and ($1 or id in (select site_id from site_admins where user_id = $2))

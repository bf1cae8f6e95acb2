insert into site_admins (site_id, user_id) select id, $2 from sites where name = $1

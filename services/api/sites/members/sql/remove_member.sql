-- Gives the user's id, or nothing where the site does not list them. $1 site, $2 username, in any case.
delete from site_admins
using users
where site_id = $1 and user_id = users.id and lower(username) = lower($2)
returning user_id

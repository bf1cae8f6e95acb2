-- A user and every administrator who can log in, so that no two of them can be removed at the same time.
-- $1: username, in any case.
select id, lower(username) = lower($1) as wanted, is_admin, disabled_at is not null as disabled
from users
where lower(username) = lower($1) or (is_admin and disabled_at is null)
order by id
for update

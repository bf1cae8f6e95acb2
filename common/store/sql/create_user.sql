-- $1 id, $2 username, $3 password hash, $4 is admin, $5 now. No row when the username is taken, in any case.
insert into users (id, username, password_hash, is_admin, created_at)
values ($1, $2, $3, $4, $5)
on conflict (lower(username)) do nothing
returning id

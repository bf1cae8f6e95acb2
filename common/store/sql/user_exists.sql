-- $1: username, in any case.
select exists (select from users where lower(username) = lower($1))

-- The logins of one user begin, go on and end one after the other. $1: user.
select id from users where id = $1 for no key update

-- Fails for a name that is taken. $1 user, $2 new username, $3 now.
update users set username = $2, updated_at = $3 where id = $1

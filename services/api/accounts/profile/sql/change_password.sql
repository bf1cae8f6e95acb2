-- No row when somebody else changed it meanwhile. $1 user, $2 hash of the old one, $3 hash of the new one, $4 now.
update users set password_hash = $3, updated_at = $4
where id = $1 and password_hash = $2
returning id

-- A code works once, and none that is older than one that has worked. No row when it has. $1 user, $2 the code's step.
update users set totp_last_step = $2
where id = $1 and coalesce(totp_last_step, -1) < $2
returning id

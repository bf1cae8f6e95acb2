-- $1 key, $2 now, $3 scheme.
update site_keys set last_used_at = $2, last_scheme = $3 where id = $1

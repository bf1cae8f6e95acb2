-- $1 user; each null for no change: $2 is admin, $3 is disabled, $4 password's hash; $5 whether the second factor goes,
-- $6 now.
update users
set is_admin = coalesce($2, is_admin),
    disabled_at = case when $3::boolean is null then disabled_at when $3 then coalesce(disabled_at, $6) end,
    password_hash = coalesce($4, password_hash),
    totp_secret = case when not $5 then totp_secret end,
    totp_confirmed_at = case when not $5 then totp_confirmed_at end,
    totp_last_step = case when not $5 then totp_last_step end,
    updated_at = $6
where id = $1

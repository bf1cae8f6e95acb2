-- $1 name, $2 url, $3 origins, $4 time zone, $5 identity, $6 privacy signal, $7 bot policy, $8 public,
-- $9 retention days or null, $10 now.
-- No row when the name is taken.
insert into sites (
    name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (name) do nothing
returning id

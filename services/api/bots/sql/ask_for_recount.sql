-- All that is stored of a site is counted again, from the first visit on. $1 site, $2 now, $3 whether behaviour is
-- looked at again; a recount that is not done and does so still has to.
insert into bot_recounts (site_id, requested_at, judges)
values ($1, $2, $3)
on conflict (site_id) do update
set requested_at = excluded.requested_at,
    judges = excluded.judges or (bot_recounts.judges and bot_recounts.finished_at is null),
    finished_at = null,
    shard = default,
    after_start = default,
    after_visitor = default,
    visits_seen = 0,
    visits_changed = 0

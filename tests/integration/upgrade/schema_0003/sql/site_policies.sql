-- What the ingest must know of every site.
select id, bot_policy, timezone from sites

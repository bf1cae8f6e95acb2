-- No row when the site has as many as it may. $1 alert, $2 site, $3 kind, $4 channel, $5 target, $6 enabled,
-- $7 minutes of silence, $8 secret, $9 now, $10 how many a site may have.
insert into alerts (id, site_id, kind, channel, target, enabled, silence_minutes, secret, created_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
where (select count(*) from alerts where site_id = $2) < $10::int
returning id

-- $1: site.
select count(*) from site_keys where site_id = $1 and revoked_at is null

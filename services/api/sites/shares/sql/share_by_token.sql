-- $1: SHA-256 of the token.
select share_links.id, sites.name as site, share_links.password_hash
from share_links
join sites on sites.id = share_links.site_id
where token_hash = $1 and revoked_at is null and deleted_at is null

-- $1: link. No row when it, or its site, is gone.
select site_id
from share_links
join sites on sites.id = site_id
where share_links.id = $1 and revoked_at is null and deleted_at is null

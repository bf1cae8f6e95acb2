-- name: add_share
-- $1 id, $2 site, $3 name, $4 SHA-256 of the token, $5 hash of the password or null, $6 user, $7 now.
insert into share_links (id, site_id, name, token_hash, password_hash, created_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: revoke_share
-- No row when the site has no such link, or it was revoked before. $1 link, $2 site, $3 now.
update share_links set revoked_at = $3
where id = $1 and site_id = $2 and revoked_at is null
returning id

-- name: share_by_token
-- $1: SHA-256 of the token.
select share_links.id, sites.name as site, share_links.password_hash
from share_links
join sites on sites.id = share_links.site_id
where token_hash = $1 and revoked_at is null and deleted_at is null

-- name: shares
-- The links of a site, the latest first. $1: site.
select
    share_links.id,
    share_links.name,
    share_links.password_hash is not null as has_password,
    users.username as created_by,
    share_links.created_at
from share_links
left join users on users.id = share_links.created_by
where site_id = $1 and revoked_at is null
order by share_links.created_at desc, share_links.id desc

-- name: site_of_share
-- $1: link. No row when it, or its site, is gone.
select site_id
from share_links
join sites on sites.id = site_id
where share_links.id = $1 and revoked_at is null and deleted_at is null

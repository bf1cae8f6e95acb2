-- name: add_share_link
-- :token_hash is a SHA-256 hash, :password_hash null for a link without a password.
insert into share_links (id, site_id, name, token_hash, password_hash, created_by, created_at)
values (:id, :site_id, :name, :token_hash, :password_hash, :created_by, :created_at)

-- name: revoke_share_link
-- No row when the site has no such link, or it was already revoked. $1 link, $2 site, $3 now.
update share_links set revoked_at = $3
where id = $1 and site_id = $2 and revoked_at is null
returning id

-- name: share_link_by_token
-- $1: SHA-256 of the token.
select share_links.id, sites.name as site, share_links.password_hash
from share_links
join sites on sites.id = share_links.site_id
where token_hash = $1 and revoked_at is null and deleted_at is null

-- name: share_links
-- The links of a site that are not revoked, newest first. $1: site.
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

-- name: site_of_share_link
-- No row when the link is revoked or its site deleted. $1: link.
select site_id
from share_links
join sites on sites.id = site_id
where share_links.id = $1 and revoked_at is null and deleted_at is null

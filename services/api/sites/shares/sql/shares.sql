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

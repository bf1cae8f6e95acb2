-- $1 id, $2 site, $3 name, $4 SHA-256 of the token, $5 hash of the password or null, $6 user, $7 now.
insert into share_links (id, site_id, name, token_hash, password_hash, created_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7)

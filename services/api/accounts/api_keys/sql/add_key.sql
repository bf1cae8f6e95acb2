-- $1 id, $2 user, $3 name, $4 SHA-256 of the key, $5 scopes, $6 site, $7 how the key begins, $8 now.
insert into api_keys (id, user_id, name, key_hash, scopes, site_id, prefix, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)

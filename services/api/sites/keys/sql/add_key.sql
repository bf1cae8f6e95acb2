-- $1 id, $2 site, $3 name, $4 public key, $5 user or null, $6 now.
insert into site_keys (id, site_id, name, public_key, created_by, created_at)
values ($1, $2, $3, $4, $5, $6)

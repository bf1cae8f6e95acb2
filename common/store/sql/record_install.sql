-- $1: how many shards the install has, for ever.
insert into install (shards, created_at) values ($1, now()) on conflict do nothing

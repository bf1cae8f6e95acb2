-- The facts that were fixed when this install was created.
select shards, created_at from install

-- What the visitor sent until a moment is not to be stored, whenever it comes. $1 shard, $2 site, $3 visitor, $4 until.
insert into visitor_erasures (shard, site_id, visitor_id, until)
values ($1, $2, $3, $4)
on conflict (shard, site_id, visitor_id) do update
set until = greatest(visitor_erasures.until, excluded.until)

-- $1 site, $2 kind, $3 now, $4 body. Nothing is kept of a site that is gone.
insert into insights (site_id, kind, computed_at, body)
select id, $2, $3, $4 from sites where id = $1 and deleted_at is null
on conflict (site_id, kind, computed_at) do update set body = excluded.body

-- Nothing moves from deltas to rollups of these sites until this transaction ends. $1 sites.
select pg_advisory_xact_lock_shared(2, site_id) from (select site_id from unnest($1::int[]) as site_id order by 1) as sites

-- Nobody reads rollups and deltas of the site until this transaction is over, on all servers. $1 site.
select pg_advisory_xact_lock(2, $1)

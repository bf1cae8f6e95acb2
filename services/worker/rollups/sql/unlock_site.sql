-- $1: site.
select pg_advisory_unlock(1, $1)

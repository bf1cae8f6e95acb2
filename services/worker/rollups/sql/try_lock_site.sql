-- $1: site. Whether this session has the site's rollups to itself now; 1 stands for rollups.
select pg_try_advisory_lock(1, $1)

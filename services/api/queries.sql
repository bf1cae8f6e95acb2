-- name: set_allowed_sites
-- $1: site ids, separated by commas. In effect until the connection returns to its pool, which resets all settings.
select set_config('pyuniqvisit.sites', $1, false)

-- name: set_allowed_sites_in_transaction
-- {sites}: site ids, separated by commas. In effect until the transaction ends, also on the servers that store the rows:
-- Citus forwards a setting to them only in this form.
set local citus.propagate_set_commands = 'local';
set local pyuniqvisit.sites = '{sites}'

-- name: wait_for_distribution
-- Waits while the tables are being distributed, when nothing can read them. The size itself is not used.
select pg_relation_size(to_regclass('visits'))

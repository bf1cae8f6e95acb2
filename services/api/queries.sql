-- name: sites_in_reach
-- $1: the numbers of the sites, with commas. Until the connection goes back to its pool, which resets all settings.
select set_config('pyuniqvisit.sites', $1, false)

-- name: sites_in_reach_local
-- The numbers of the sites, with commas, until the transaction ends; also on the servers that hold the rows, which hear
-- of settings only when they are told this way.
set local citus.propagate_set_commands = 'local';
set local pyuniqvisit.sites = '{sites}'

-- name: wait_for_distribution
-- Waits while the tables are being distributed, which nobody may look at meanwhile. The size itself says nothing.
select pg_relation_size(to_regclass('visits'))

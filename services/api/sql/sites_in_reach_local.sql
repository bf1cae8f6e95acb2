-- The numbers of the sites, with commas, until the transaction ends; also on the servers that hold the rows, which hear
-- of settings only when they are told this way.
set local citus.propagate_set_commands = 'local';
set local pyuniqvisit.sites = '{sites}'

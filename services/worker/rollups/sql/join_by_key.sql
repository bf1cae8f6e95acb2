-- Until the transaction ends: a few rows of a large table are looked up, whatever the planner takes an array for. The first
-- setting has the others told to the servers of a distributed database, and means nothing elsewhere.
set local citus.propagate_set_commands = 'local';
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local enable_seqscan = off;

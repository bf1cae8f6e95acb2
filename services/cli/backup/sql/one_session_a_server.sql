-- Each server of a distributed database has one session for this transaction, and so one snapshot.
set local citus.max_adaptive_executor_pool_size = 1

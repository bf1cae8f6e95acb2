-- Until the transaction ends: a few rows of a large table are looked up, whatever the planner takes an array for.
select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('enable_seqscan', 'off', true)

-- Until the transaction ends: visits and events join by three columns, whose selectivities the planner multiplies; it
-- expects one row, and would loop over both.
select set_config('enable_nestloop', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)

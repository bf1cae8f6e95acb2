-- How questions are asked, until the transaction ends. Visits and events join by three columns; the planner multiplies
-- their selectivities, expects one row where there are a hundred thousand, and would loop over both. A plan for the very
-- values knows which months and which of the kinds it reads. Workers give their rows away cheaply.
select
    set_config('enable_nestloop', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('work_mem', '32MB', true),
    set_config('parallel_setup_cost', '100', true),
    set_config('parallel_tuple_cost', '0.001', true)

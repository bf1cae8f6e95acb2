-- Until the transaction ends. Visits and events join by three columns; the planner multiplies their selectivities,
-- expects one row where there are a hundred thousand, and would loop over both.
select set_config('enable_nestloop', 'off', true)

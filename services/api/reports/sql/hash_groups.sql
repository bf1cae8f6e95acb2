-- Until the transaction ends. Where the planner expects the one row of a join, it groups by sorting, and then there are
-- a hundred thousand. For questions that need no order of their own but that of a page.
select set_config('enable_sort', 'off', true)

create temporary table staged_rollup_deltas (like rollup_deltas) on commit drop

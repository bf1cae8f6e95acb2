vacuum (analyze) rollups, rollup_deltas, rollup_dirty

create temporary table staged_events (like events) on commit drop

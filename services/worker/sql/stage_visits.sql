create temporary table staged_visits (like visits) on commit drop

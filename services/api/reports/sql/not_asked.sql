0 as events, 0 as clicks

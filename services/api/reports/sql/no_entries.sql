select null::text as value, 0 as visits, 0 as bounces, 0 as duration_ms where false

-- Which numbers were given; null: none yet.
select sequencename::text as name, last_value from pg_sequences where schemaname = 'public'

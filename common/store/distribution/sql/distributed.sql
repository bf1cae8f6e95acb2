-- The tables that are distributed. Only where the extension is.
select logicalrelid::regclass::text as name from pg_dist_partition where partmethod = 'h'

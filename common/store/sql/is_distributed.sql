-- Whether the big tables are distributed. Only where the extension is: without it there is no such catalogue.
select exists (select 1 from pg_dist_partition where logicalrelid = to_regclass('visits'))

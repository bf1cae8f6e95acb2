-- Waits while the tables are being distributed, which nobody may look at meanwhile. The size itself says nothing.
select pg_relation_size(to_regclass('visits'))

-- Every table that holds the sites' data, with its indexes, over all partitions.
select
    name,
    (
        pg_total_relation_size(name::regclass)
        + coalesce((select sum(pg_total_relation_size(relid)) from pg_partition_tree(name::regclass) where isleaf), 0)
    )::bigint as bytes
from unnest(array['visitors', 'visits', 'events', 'rollup_deltas', 'rollups']) as name

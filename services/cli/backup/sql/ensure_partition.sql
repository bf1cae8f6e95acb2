-- $1: the partitioned table, $2: its part, named after the month.
select ensure_partition($1, to_date(right($2, 7), 'YYYY_MM'))

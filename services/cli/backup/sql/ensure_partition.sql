-- $1: the partitioned table, $2: its part, with the month in its name.
select ensure_partition($1, to_date(substring($2 from '_([0-9]{4}_[0-9]{2})'), 'YYYY_MM'))

-- Before this moment no site of the install keeps anything; null where one keeps all. Sites that are being deleted keep
-- nothing. $1: now.
select case when bool_and(retention_days is not null) then
    min(
        (($1::timestamptz at time zone timezone)::date - retention_days)::timestamp at time zone timezone
    )
end
from sites
where deleted_at is null

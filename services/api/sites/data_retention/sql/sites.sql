-- Sites with the first day that each keeps; null where it keeps everything. $1 now, $2 site (null: all of them).
select
    s.id, s.name as site, s.timezone, s.retention_days,
    ($1::timestamptz at time zone s.timezone)::date - s.retention_days as kept_from
from sites s
where s.deleted_at is null and ($2::int is null or s.id = $2)
order by s.name

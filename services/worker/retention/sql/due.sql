-- Sites of which something may be beyond their retention, and from which day on they keep what they have. The day's run
-- that is finished is done, unless somebody asks for it again. $1: now.
select s.id, s.timezone, kept.kept_from
from sites s
cross join lateral (
    select ($1::timestamptz at time zone s.timezone)::date - s.retention_days as kept_from
) as kept
left join retention_runs r on r.site_id = s.id and r.kept_from = kept.kept_from
where s.retention_days is not null
    and s.deleted_at is null
    and r.finished_at is null
order by s.id

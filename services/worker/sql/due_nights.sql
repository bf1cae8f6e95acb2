-- Sites in whose night, at two in the morning by their own clock, insights were not computed yet. $1: now.
select id
from sites
where deleted_at is null
    and ($1::timestamptz at time zone timezone)::time >= '02:00'
    and not exists (
        select from insights
        where site_id = id and kind = 'summary'
            and computed_at >= (date_trunc('day', $1::timestamptz at time zone timezone) + interval '2 hours')
                at time zone timezone
    )

-- $1 to $3: sites, times and ids of events that may be stored already, in pairs.
select e.id
from unnest($1::int[], $2::timestamptz[], $3::uuid[]) as wanted (site_id, ts, id)
join events e on e.site_id = wanted.site_id and e.ts = wanted.ts and e.id = wanted.id
where e.ts >= $4
    and e.ts <= $5

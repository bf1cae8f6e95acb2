-- Of the next $5 visitors after $4 those who were not seen since, with what was noted of them. Whoever has a visit that
-- stays, stays. $1 shard, $2 site, $3 begin of the first day that stays.
with looked_at as (
    select visitor_id
    from visitors
    where shard = $1 and site_id = $2 and visitor_id > $4
    order by visitor_id
    limit $5
),
gone as (
    delete from visitors v
    using looked_at
    where v.shard = $1
        and v.site_id = $2
        and v.visitor_id = looked_at.visitor_id
        and v.last_visit < $3
        and not exists (
            select
            from visits
            where visits.shard = $1 and visits.site_id = $2 and visits.visitor_id = v.visitor_id
        )
    returning v.visitor_id
),
notes as (
    delete from visitor_notes n using gone where n.site_id = $2 and n.visitor_id = gone.visitor_id
),
opinions as (
    delete from bot_opinions o using gone where o.shard = $1 and o.site_id = $2 and o.visitor_id = gone.visitor_id
)
select (select count(*) from gone) as rows, (select max(visitor_id::text)::uuid from looked_at) as last

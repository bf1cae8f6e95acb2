-- The oldest day of which something is stored, by any calendar a day off at most. $1: site.
select least(
    (select min(started_at) from visits where site_id = $1),
    (select min(bucket)::timestamptz from rollups where site_id = $1 and grain = 1 and dimension = 0)
)::date

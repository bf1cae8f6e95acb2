-- Takes marks away, unless the day was put in doubt again since they were seen. $1 shard, $2 site; $3 to $5, one array a
-- column: days, exits only, and how often they were marked.
delete from rollup_dirty d
using unnest($3::date[], $4::boolean[], $5::int[]) as seen (day, exits_only, marks)
where d.shard = $1
    and d.site_id = $2
    and d.day = seen.day
    and d.exits_only = seen.exits_only
    and d.marks = seen.marks

-- Days on which something of a site was counted. $1 site, $2 first day, $3 last day.
select distinct bucket from rollups where site_id = $1 and grain = 1 and dimension = 0 and bucket between $2 and $3
union
select distinct day from rollup_deltas where site_id = $1 and dimension = 0 and day between $2 and $3
order by 1

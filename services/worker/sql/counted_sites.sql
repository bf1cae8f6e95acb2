-- Sites of which some day was counted. Apart from what is asked of sites, which are not distributed. $1: of these sites.
select distinct site_id from rollups where site_id = any($1::int[]) and grain = 1 and dimension = 0

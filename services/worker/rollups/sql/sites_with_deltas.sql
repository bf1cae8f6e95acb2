-- How many deltas of each site wait to be put together, and the id of the oldest.
select site_id, count(*) as deltas, min(id::text) as oldest from rollup_deltas group by site_id

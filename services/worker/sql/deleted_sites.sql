-- Sites that were put up for deletion. Their numbers are never given again.
select site_id from site_deletions

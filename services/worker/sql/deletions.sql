-- What is to be deleted, the oldest request first.
select site_id, requested_at from site_deletions where finished_at is null order by requested_at, site_id

-- $1: a site's number.
select exists (select 1 from visits where site_id = $1)

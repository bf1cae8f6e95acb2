-- $1: site.
delete from insights where site_id = $1

-- $1: site.
select timezone from sites where id = $1

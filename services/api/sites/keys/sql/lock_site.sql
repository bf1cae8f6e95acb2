-- $1: site.
select id from sites where id = $1 for no key update

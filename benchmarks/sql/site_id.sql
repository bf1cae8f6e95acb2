-- $1: name.
select id from sites where name = $1

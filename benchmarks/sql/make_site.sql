-- $1: name, $2: url. The site that all measurements send to.
insert into sites (name, url, created_at) values ($1, $2, now()) returning id

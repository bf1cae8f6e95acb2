-- No row when the site has as many as it may. $1 goal, $2 site, $3 name, $4 page, $5 event, $6 properties, $7 now,
-- $8 how many a site may have.
insert into goals (id, site_id, name, page, event, properties, created_at)
select $1, $2, $3, $4, $5, $6, $7
where (select count(*) from goals where site_id = $2) < $8::int
returning id
